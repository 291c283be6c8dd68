import assert from "node:assert/strict";
import { networkInterfaces } from "node:os";
import { test } from "node:test";
import { isLoopbackUp } from "./loopback-up.ts";

test("our own loopback is as Node says, and that of a process that is gone is not up", async () => {
  const own = Object.values(networkInterfaces()).flat();
  assert.equal(
    await isLoopbackUp(process.pid),
    own.some((one) => one?.address === "127.0.0.1"),
  );
  assert.equal(await isLoopbackUp(2 ** 22), false);
});
