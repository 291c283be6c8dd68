import { defaultConfig } from "../config/default-config.ts";
import { readConfig } from "../config/load-config.ts";
import { defaultConfigFile } from "../config/settings.ts";
import { CriError } from "../model/error.ts";
import type { Terminal, Verb } from "./verb.ts";

/** `config default` prints every setting; `config check` tells each thing that is wrong in a file, one a line. */
export const verb: Verb = {
  usage: "config default | config check [FILE]",
  flags: {},
  least: 1,
  most: 2,
  prepare: ({ positionals: [action, file] }) => {
    if (action === "default" && file === undefined) return printDefault;
    if (action === "check") return (terminal) => check(terminal, file);
    throw new CriError("InvalidArgument", "usage: cri-ferry config default | config check [FILE]");
  },
};

async function printDefault(terminal: Terminal): Promise<number> {
  await terminal.out(defaultConfig());
  return 0;
}

async function check(terminal: Terminal, file: string | undefined): Promise<number> {
  const { problems } = await readConfig({ file: file ?? defaultConfigFile });
  for (const problem of problems) await terminal.err(`${problem}\n`);
  if (problems.length === 0) await terminal.out(`${file ?? defaultConfigFile} is right\n`);
  return problems.length === 0 ? 0 : 1;
}
