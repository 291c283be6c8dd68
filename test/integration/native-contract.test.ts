import { after } from "node:test";
import { describeBackend } from "../contract/backend-contract.ts";
import type { BackendUnderTest } from "../contract/under-test.ts";
import { nativeNode } from "./native-node.ts";

const node = nativeNode({ name: "n-contract", bridge: "cfn0", subnet: "10.84.0.0/16" });

after(async () => {
  await (await node)[Symbol.asyncDispose]();
});

describeBackend("native", engine, {
  terminals: "the native engine has no terminals yet",
  attach: "the native engine has no attach yet",
});

async function engine(): Promise<BackendUnderTest> {
  const { image, start } = await node;
  const life = await start();
  return {
    backend: life.backend,
    image,
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
    [Symbol.asyncDispose]: () => life[Symbol.asyncDispose](),
  };
}
