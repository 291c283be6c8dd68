import { after } from "node:test";
import { describeBackend } from "../contract/backend-contract.ts";
import { dockerNode } from "./docker-node.ts";

const node = dockerNode({ name: "e-contract", bridge: "cfe0", subnet: "10.85.0.0/16" });

after(async () => {
  await (await node)[Symbol.asyncDispose]();
});

describeBackend("docker", async () => {
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
});
