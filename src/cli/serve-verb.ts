import { settingFlags } from "../config/flags.ts";
import { loadConfig } from "../config/load-config.ts";
import { settingEntries } from "../config/read-settings.ts";
import { defaultConfigFile } from "../config/settings.ts";
import type { CliFlag, Verb } from "./verb.ts";

/** Serves the CRI until a signal; every setting is a flag. */
export const verb: Verb = {
  usage: "serve [FLAGS]",
  flags: {
    config: {
      type: "string",
      placeholder: "FILE",
      help: `settings; else ${defaultConfigFile}, if there`,
    },
    ...settingHelp(),
  },
  least: 0,
  most: 0,
  prepare: ({ values }) => {
    const { config: file, ...flags } = values;
    return async (_terminal, program) => {
      await program.serve(
        await loadConfig({ file: typeof file === "string" ? file : undefined, flags }),
      );
      return 0;
    };
  },
};

function settingHelp(): Readonly<Record<string, CliFlag>> {
  const options = settingFlags();
  const help = settingEntries().flatMap(({ path, setting }): [string, CliFlag][] => {
    const option = setting.flag === undefined ? undefined : options[setting.flag];
    if (setting.flag === undefined || option === undefined) return [];
    const text = `${path.join(".")}, default ${setting.printedDefault}`;
    return [[setting.flag, { ...option, placeholder: "VALUE", help: text }]];
  });
  return Object.fromEntries(help);
}
