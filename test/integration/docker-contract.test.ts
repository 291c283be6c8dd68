import { after } from "node:test";
import { describeBackend } from "../contract/backend-contract.ts";
import { busyboxCommands } from "./busybox-commands.ts";
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
    ...busyboxCommands,
    [Symbol.asyncDispose]: () => life[Symbol.asyncDispose](),
  };
});
