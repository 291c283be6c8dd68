import assert from "node:assert/strict";
import { test } from "node:test";
import { docker20, docker28, fullNode, nestedNode } from "../../../test/fixtures/docker-pod.ts";
import { type LinuxResources, noResources } from "../../model/resources.ts";
import { type ResourcesUpdate, resourcesUpdate } from "./resources-update.ts";

const mebi = 1024 * 1024;
const before = {
  ...noResources,
  cpuShares: 512,
  memoryLimitBytes: 64 * mebi,
  memorySwapLimitBytes: 64 * mebi,
  oomScoreAdj: 900,
};

function update(
  wanted: Partial<LinuxResources>,
  current: LinuxResources = before,
  engine = docker20,
): ResourcesUpdate {
  const limits = fullNode;
  return resourcesUpdate({ wanted: { ...noResources, ...wanted }, current, engine, limits });
}

test("memory takes swap along, so that neither docker nor the kernel refuses", () => {
  const { body, resources } = update({ memoryLimitBytes: 128 * mebi });
  assert.deepEqual(body, { Memory: 128 * mebi, MemorySwap: 128 * mebi });
  assert.equal(resources.memorySwapLimitBytes, 128 * mebi);
});

test("swap that a container has stays as much when memory changes", () => {
  const current = { ...before, memorySwapLimitBytes: 80 * mebi };
  const { body } = update({ memoryLimitBytes: 32 * mebi }, current);
  assert.deepEqual(body, { Memory: 32 * mebi, MemorySwap: 48 * mebi });
});

test("swap alone is sent with the memory in force, and needs one", () => {
  const { body } = update({ memorySwapLimitBytes: 100 * mebi });
  assert.deepEqual(body, { Memory: 64 * mebi, MemorySwap: 100 * mebi });
  assert.throws(() => update({ memorySwapLimitBytes: 100 * mebi }, noResources), {
    kind: "InvalidArgument",
  });
});

test("what is not said stays", () => {
  const { body, resources, cgroupWrites, oomScoreAdj } = update({ cpuShares: 1 });
  assert.deepEqual(body, { CpuShares: 2 });
  assert.deepEqual(resources, { ...before, cpuShares: 2 });
  assert.deepEqual(cgroupWrites, []);
  assert.equal(oomScoreAdj, undefined);
});

test("what docker does not know is written again after its update, which systemd makes the whole of the scope", () => {
  const hugepageLimits = [{ pageSize: "2MB", limitBytes: 0n }];
  const current = { ...before, unified: { "memory.oom.group": "1" }, hugepageLimits };
  const written = (wanted: Partial<LinuxResources>, from: LinuxResources) =>
    update(wanted, from, docker28).cgroupWrites.map(({ file, value }) => [file, value]);
  assert.deepEqual(written({ cpuShares: 1 }, current), [
    ["hugetlb.2MB.max", "0"],
    ["memory.oom.group", "1"],
  ]);
  const unlimited = { ...current, memoryLimitBytes: undefined, memorySwapLimitBytes: undefined };
  assert.deepEqual(written({ cpuShares: 1, unified: { "memory.oom.group": "0" } }, unlimited), [
    ["memory.swap.max", "max"],
    ["memory.max", "max"],
    ["hugetlb.2MB.max", "0"],
    ["memory.oom.group", "0"],
  ]);
  assert.deepEqual(written({ oomScoreAdj: 5 }, current), []);
});

test("limits are taken away by the files, swap first", () => {
  const v1 = update({ memoryLimitBytes: -1 });
  assert.equal(v1.body, undefined);
  assert.deepEqual(
    v1.cgroupWrites.map(({ controller, file, value }) => [controller, file, value]),
    [
      ["memory", "memory.memsw.limit_in_bytes", "-1"],
      ["memory", "memory.limit_in_bytes", "-1"],
    ],
  );
  assert.equal(v1.resources.memoryLimitBytes, undefined);
  assert.equal(v1.resources.memorySwapLimitBytes, undefined);
  const v2 = update({ memoryLimitBytes: -1 }, before, docker28);
  assert.deepEqual(
    v2.cgroupWrites.map(({ file, value }) => [file, value]),
    [
      ["memory.swap.max", "max"],
      ["memory.max", "max"],
    ],
  );
});

test("the OOM score is set where it changes, and clamped", () => {
  assert.equal(update({ oomScoreAdj: 900 }).oomScoreAdj, undefined);
  assert.equal(update({ oomScoreAdj: -5 }).oomScoreAdj, -5);
  const wanted = { ...noResources, oomScoreAdj: -5 };
  const input = { wanted, current: before, engine: docker20, limits: nestedNode };
  assert.equal(resourcesUpdate(input).oomScoreAdj, 0);
  assert.equal(resourcesUpdate(input).resources.oomScoreAdj, 0);
});

test("hugepage limits and unified values replace those of the same name", () => {
  const current = {
    ...before,
    hugepageLimits: [
      { pageSize: "2MB", limitBytes: 0n },
      { pageSize: "1GB", limitBytes: 0n },
    ],
    unified: { "memory.min": "1", "memory.high": "2" },
  };
  const wanted = {
    hugepageLimits: [{ pageSize: "2MB", limitBytes: 8n }],
    unified: { "memory.high": "3" },
  };
  const { resources, cgroupWrites, body } = update(wanted, current, docker28);
  assert.equal(body, undefined);
  assert.equal(cgroupWrites.length, 2);
  assert.deepEqual(resources.unified, { "memory.min": "1", "memory.high": "3" });
  assert.deepEqual(resources.hugepageLimits, [
    { pageSize: "1GB", limitBytes: 0n },
    { pageSize: "2MB", limitBytes: 8n },
  ]);
});
