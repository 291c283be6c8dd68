import assert from "node:assert/strict";
import { test } from "node:test";
import { refusalOf } from "../../../test/refusal.ts";
import { type Input, throughTheWire } from "../../../test/wire.ts";
import { noResources } from "../../model/resources.ts";
import { decodeResources } from "./decode-resources.ts";

type Wire = Input<"LinuxContainerResources">;

function decode(resources: Wire): ReturnType<typeof decodeResources> {
  return decodeResources(throughTheWire("LinuxContainerResources", resources), "linux");
}

test("zero, empty and absent mean that nothing was said", () => {
  assert.deepEqual(decodeResources(null, "linux"), noResources);
  assert.deepEqual(decode({}), noResources);
});

test("every limit is carried over", () => {
  const wire: Wire = {
    cpuPeriod: 100_000,
    cpuQuota: 50_000,
    cpuShares: 512,
    memoryLimitInBytes: "8796093022208",
    memorySwapLimitInBytes: "8796093022208",
    oomScoreAdj: -997,
    cpusetCpus: "0-3,7",
    cpusetMems: "0",
    hugepageLimits: [
      { pageSize: "2MB", limit: 0 },
      { pageSize: "1GB", limit: "18446744073709551615" },
    ],
    unified: { "memory.high": "1048576", "io.weight": "default 100" },
  };
  assert.deepEqual(decode(wire), {
    cpuPeriodMicros: 100_000,
    cpuQuotaMicros: 50_000,
    cpuShares: 512,
    memoryLimitBytes: 8_796_093_022_208,
    memorySwapLimitBytes: 8_796_093_022_208,
    oomScoreAdj: -997,
    cpusetCpus: "0-3,7",
    cpusetMems: "0",
    hugepageLimits: [
      { pageSize: "2MB", limitBytes: 0n },
      { pageSize: "1GB", limitBytes: 18_446_744_073_709_551_615n },
    ],
    unified: { "memory.high": "1048576", "io.weight": "default 100" },
  });
});

test("−1 means without limit where the kernel has such a thing", () => {
  const decoded = decode({ cpuQuota: -1, memoryLimitInBytes: -1, memorySwapLimitInBytes: -1 });
  assert.equal(decoded.cpuQuotaMicros, -1);
  assert.equal(decoded.memoryLimitBytes, -1);
  assert.equal(decoded.memorySwapLimitBytes, -1);
});

const bad: readonly (readonly [string, Wire])[] = [
  ["linux.cpu_period", { cpuPeriod: -1 }],
  ["linux.cpu_quota", { cpuQuota: -2 }],
  ["linux.cpu_shares", { cpuShares: -1 }],
  ["linux.memory_limit_in_bytes", { memoryLimitInBytes: "9007199254740993" }],
  ["linux.memory_swap_limit_in_bytes", { memorySwapLimitInBytes: "-9223372036854775808" }],
  ["linux.oom_score_adj", { oomScoreAdj: 1001 }],
  ["linux.cpuset_cpus", { cpusetCpus: "0-3\n" }],
  ["linux.cpuset_mems", { cpusetMems: "all" }],
  ["linux.hugepage_limits[0].page_size", { hugepageLimits: [{ pageSize: "../2MB" }] }],
  ['linux.unified["../../cgroup.procs"]', { unified: { "../../cgroup.procs": "1" } }],
  ['linux.unified["memory.max"]', { unified: { "memory.max": "1\n2" } }],
];

for (const [field, wire] of bad) {
  test(`${field} is refused: ${JSON.stringify(wire)}`, () => {
    const message = refusalOf(() => decode(wire));
    assert.ok(message.startsWith(`${field}: must be`), message);
  });
}
