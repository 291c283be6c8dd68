import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { cli } from "../../test/fakes/command-line.ts";

/** A daemon that answers on its admin socket with what it was asked. */
async function daemon() {
  const folder = await mkdtemp(join(tmpdir(), "cf-debug-"));
  const socket = join(folder, "admin.sock");
  const server = createServer(({ url }, response) => {
    response.statusCode = url?.includes("seconds=99") === true ? 400 : 200;
    response.end(`asked ${url}\n`);
  }).listen(socket);
  await once(server, "listening");
  return {
    socket,
    [Symbol.asyncDispose]: async () => {
      server.close();
      await rm(folder, { recursive: true });
    },
  };
}

test("what the daemon answers is printed as it is", async () => {
  await using at = await daemon();
  const asked = [
    ["pods", "/debug/pods"],
    ["heap", "/debug/heap"],
    ["cpu", "/debug/cpu"],
    ["cpu --seconds 3", "/debug/cpu?seconds=3"],
  ] as const;
  for (const [words, url] of asked) {
    const ended = await cli("debug", ...words.split(" "), "--admin-socket", at.socket);
    assert.deepEqual([ended.code, ended.out], [0, `asked ${url}\n`]);
  }
});

test("what the daemon refuses is told in its words", async () => {
  await using at = await daemon();
  const ended = await cli("debug", "cpu", "--seconds=99", "--admin-socket", at.socket);
  assert.deepEqual([ended.code, ended.out], [1, ""]);
  assert.match(ended.err, /cri-ferry says: asked/);
});

test("without a daemon it says where it looked, and what makes no sense is a usage error", async () => {
  const gone = await cli("debug", "pods", "--admin-socket", "/nonexistent/admin.sock");
  assert.equal(gone.code, 1);
  assert.match(
    gone.err,
    /no cri-ferry answers at \/nonexistent\/admin\.sock: .*admin\.socket says/,
  );
  assert.equal((await cli("debug", "everything")).code, 2);
  assert.equal((await cli("debug", "pods", "--seconds", "3")).code, 2);
});
