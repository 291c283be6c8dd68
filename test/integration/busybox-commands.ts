import type { BackendUnderTest } from "../contract/under-test.ts";

/** The contract's commands, as busybox has them. */
export const busyboxCommands: Pick<BackendUnderTest, "commands" | "echoPort"> = {
  commands: {
    runs: ["sleep", "1000"],
    endsWith: (code) => ["sh", "-c", `exit ${code}`],
    cannotRun: ["/nonexistent"],
    ignoresSigterm: ["sh", "-c", "trap '' TERM; while :; do sleep 1; done"],
    echoes: ["cat"],
    says: (out, err) => ["sh", "-c", `printf ${out}; printf ${err} >&2`],
    tellsSizes: ["sh", "-c", "while :; do stty size; sleep 0.1; done"],
    listens: ["nc", "-ll", "-p", "8080", "-e", "cat"],
  },
  echoPort: 8080,
};
