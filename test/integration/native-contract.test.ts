import { after } from "node:test";
import { describeBackend } from "../contract/backend-contract.ts";
import type { BackendUnderTest } from "../contract/under-test.ts";
import { busyboxCommands } from "./busybox-commands.ts";
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
    ...busyboxCommands,
    [Symbol.asyncDispose]: () => life[Symbol.asyncDispose](),
  };
}
