import type { Verb } from "./verb.ts";

/** Prints our version; loads nothing heavy. */
export const verb: Verb = {
  usage: "version",
  flags: {},
  least: 0,
  most: 0,
  prepare: () => async (terminal, program) => {
    await terminal.out(`cri-ferry ${program.version} (CRI v1, Node ${process.versions.node})\n`);
    return 0;
  },
};
