import type { CliFlag, Verb, VerbEntry } from "./verb.ts";

/** The overview of all verbs. */
export function overview(verbs: ReadonlyMap<string, VerbEntry>): string {
  const width = Math.max(...[...verbs.keys()].map((name) => name.length));
  const lines = [...verbs].map(([name, { summary }]) => `  ${name.padEnd(width)}  ${summary}`);
  return [
    "cri-ferry: a CRI endpoint for the kubelet, and a client for any such endpoint",
    "",
    "Usage: cri-ferry VERB [FLAGS] [ARGUMENTS]",
    "",
    ...lines,
    "",
    "cri-ferry VERB --help explains a verb.",
    "",
  ].join("\n");
}

/** All about one verb. */
export function verbHelp(summary: string, verb: Verb): string {
  const flags = Object.entries(verb.flags).map(([name, flag]) => [flagText(name, flag), flag.help]);
  const width = Math.max(...flags.map(([text = ""]) => text.length));
  return [
    `cri-ferry ${verb.usage}: ${summary}`,
    "",
    ...flags.map(([text = "", help = ""]) => `  ${text.padEnd(width)}  ${help}`),
    "",
  ].join("\n");
}

function flagText(name: string, flag: CliFlag): string {
  const short = flag.short === undefined ? "    " : `-${flag.short}, `;
  const value = flag.placeholder === undefined ? "" : ` ${flag.placeholder}`;
  return `${short}--${name}${value}`;
}
