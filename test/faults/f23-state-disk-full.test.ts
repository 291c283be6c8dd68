import assert from "node:assert/strict";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { command } from "../harness/command.ts";
import { eventually } from "../harness/eventually.ts";
import { NodeUnderTest } from "./node-under-test.ts";
import { faultsFolder } from "./place.ts";

let node: NodeUnderTest;
/** State, locks, socket and the daemon's own log lie on one small disk. */
const disk = join(faultsFolder(), "ferry");
const ballast = join(disk, "ballast");

before(async () => {
  await mkdir(disk, { recursive: true });
  await command("mount", ["-t", "tmpfs", "-o", "size=4m", "tmpfs", disk]);
  node = await NodeUnderTest.start();
});

after(() => node[Symbol.asyncDispose]());

/** Fills the disk to the last byte. */
async function fill(): Promise<void> {
  await writeFile(ballast, Buffer.alloc(8 << 20)).catch((thrown: { code: string }) => {
    assert.equal(thrown.code, "ENOSPC");
  });
}

const stateFolders = ["root/sandboxes", "root/containers", "run/creating"].map((name) =>
  join(disk, name),
);

async function makeReadOnly(): Promise<void> {
  for (const folder of stateFolders) {
    await command("mount", ["--bind", folder, folder]);
    await command("mount", ["-o", "remount,ro,bind", folder]);
  }
}

async function makeWritable(): Promise<void> {
  for (const folder of stateFolders) await command("umount", [folder]);
}

for (const { how, breakDisk, mendDisk } of [
  { how: "full", breakDisk: fill, mendDisk: () => rm(ballast) },
  { how: "read-only", breakDisk: makeReadOnly, mendDisk: makeWritable },
]) {
  test(`on a ${how} disk creates are ResourceExhausted, stop and remove succeed, and no state is lost`, async () => {
    const { pods, ferry } = node;
    const kept = await pods.run(`kept-${how}`);
    const box = await pods.startContainer(kept, "box");
    const going = await pods.run(`going-${how}`);
    const ending = await pods.startContainer(going, "box");
    const { pid } = ferry;

    await breakDisk();
    await assert.rejects(pods.run(`refused-${how}`), { kind: "ResourceExhausted" });
    await assert.rejects(pods.createContainer(kept, "refused"), { kind: "ResourceExhausted" });
    await pods.stopContainer(ending);
    await pods.remove(going.id);
    assert.equal(await pods.exec(box, "echo", "alive"), "alive");
    assert.deepEqual([ferry.running, ferry.pid], [true, pid]);
    // What cannot be written down must not come back with the next start either.
    await mendDisk();
    await node.crash();
    // A file that could not be removed is believed until docker was read, which is at once.
    const only = JSON.stringify([[kept.id, "SANDBOX_READY"]]);
    await eventually("the list is what docker has", async () => {
      const listed = (await pods.listed()).map(({ id, state }) => [id, state]);
      return JSON.stringify(listed) === only ? true : undefined;
    });
    assert.equal((await pods.containerStatus(box)).state, "CONTAINER_RUNNING");

    const retried = await pods.run(`refused-${how}`);
    await pods.startContainer(kept, "refused");
    for (const { id } of [kept, retried]) await pods.remove(id);
    await node.assertNoLeaks();
  });
}
