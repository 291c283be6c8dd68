import { type ParsedFlags, parseFlags } from "../config/flags.ts";
import { nearest } from "../config/nearest.ts";
import { CriError, messageOf } from "../model/error.ts";
import { overview, verbHelp } from "./help.ts";
import type { Program, Terminal, Verb, Work } from "./verb.ts";
import { verbs } from "./verbs.ts";

const helpFlag = { type: "boolean", short: "h", help: "show this help" } as const;

/**
 * Does what the arguments (without program and script) ask. Returns the exit code: the verb's own, 1 for a failure, 2 for a
 * command line that makes no sense; both come with one line on stderr.
 */
export async function runCli(
  args: readonly string[],
  terminal: Terminal,
  program: Program,
): Promise<number> {
  const name = args[0] ?? "";
  if (["", "help", "-h", "--help"].includes(name)) {
    await terminal.out(overview(verbs));
    return name === "" ? 2 : 0;
  }
  try {
    const work = await prepareVerb(name === "--version" ? "version" : name, args.slice(1));
    return await run(work, terminal, program);
  } catch (thrown) {
    await complain(terminal, thrown);
    return 2;
  }
}

async function prepareVerb(name: string, args: readonly string[]): Promise<Work> {
  const entry = verbs.get(name);
  if (entry === undefined) throw unknownVerb(name);
  const verb = await entry.load();
  const parsed = parseFlags(args, { ...verb.flags, help: helpFlag });
  if (parsed.values["help"] === true) {
    return async (terminal) => {
      await terminal.out(
        verbHelp(entry.summary, { ...verb, flags: { ...verb.flags, help: helpFlag } }),
      );
      return 0;
    };
  }
  checkCount(verb, parsed);
  return verb.prepare(parsed);
}

async function run(work: Work, terminal: Terminal, program: Program): Promise<number> {
  try {
    return await work(terminal, program);
  } catch (thrown) {
    await complain(terminal, thrown);
    return 1;
  }
}

function checkCount(verb: Verb, { positionals }: ParsedFlags): void {
  if (positionals.length >= verb.least && positionals.length <= verb.most) return;
  throw new CriError("InvalidArgument", `usage: cri-ferry ${verb.usage}`);
}

function unknownVerb(name: string): CriError {
  const meant = nearest(name, [...verbs.keys()]);
  const hint = meant === undefined ? "cri-ferry --help lists them" : `did you mean ${meant}?`;
  return new CriError("InvalidArgument", `there is no verb ${JSON.stringify(name)}; ${hint}`);
}

/** One line, whatever the message. */
async function complain(terminal: Terminal, thrown: unknown): Promise<void> {
  await terminal.err(`cri-ferry: ${messageOf(thrown).replaceAll(/\s*\n\s*/g, " ")}\n`);
}
