import assert from "node:assert/strict";
import { statfsSync } from "node:fs";
import { test } from "node:test";
import { ManualClock } from "../../test/fakes/manual-clock.ts";
import { deviceOf, LayerFileSystems } from "./layer-file-systems.ts";

const mounts = `36 35 98:0 /sub /mnt rw,noatime shared:1 master:2 - ext4 /dev/sda1 rw
37 35 0:44 / /run rw - tmpfs tmpfs rw
38 35 259:262145 / /data rw - xfs /dev/nvme0n1p1 rw
`;

test("a device is what the mount of its numbers was made from", () => {
  assert.equal(deviceOf(mounts, 98n << 8n), "/dev/sda1");
  assert.equal(deviceOf(mounts, 44n), "tmpfs");
  // 262145 is 0x40001: its lower byte lies below the major number, the rest above.
  assert.equal(deviceOf(mounts, (259n << 8n) | 1n | (0x400n << 20n)), "/dev/nvme0n1p1");
  assert.equal(deviceOf(mounts, 7n << 8n), "7:0");
});

test("the first answer is nothing, a later one the file system; a folder that is gone has none", async () => {
  const systems = new LayerFileSystems(new ManualClock());
  assert.equal(systems.of("/usr"), undefined);
  assert.equal(systems.of("/no/such/folder"), undefined);
  let found = systems.of("/usr");
  while (found === undefined) {
    await new Promise(setImmediate);
    found = systems.of("/usr");
  }
  const { blocks, bsize, files } = statfsSync("/usr", { bigint: true });
  assert.equal(found.capacityBytes, blocks * bsize);
  assert.equal(found.inodes, files);
  assert.notEqual(found.device, "");
  assert.equal(systems.of("/no/such/folder"), undefined);
});

test("a look stands for ten seconds", async () => {
  const clock = new ManualClock();
  const systems = new LayerFileSystems(clock);
  const looked = async () => {
    for (;;) {
      const found = systems.of("/usr");
      if (found !== undefined) return found;
      await new Promise(setImmediate);
    }
  };
  const first = await looked();
  clock.advance(9_999);
  assert.equal(await looked(), first);
  clock.advance(1);
  assert.equal(systems.of("/usr"), first);
  let second = first;
  while (second === first) {
    await new Promise(setImmediate);
    second = systems.of("/usr") ?? first;
  }
  assert.equal(second.inodes, first.inodes);
});
