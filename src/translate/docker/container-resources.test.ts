import assert from "node:assert/strict";
import { test } from "node:test";
import { type LinuxResources, noResources } from "../../model/resources.ts";
import type { DockerResources } from "./api.ts";
import { dockerResources } from "./container-resources.ts";

const mebi = 1024 * 1024;

function fieldsOf(wanted: Partial<LinuxResources>): DockerResources {
  return dockerResources({ ...noResources, ...wanted });
}

test("what is not said is not sent", () => {
  assert.deepEqual(fieldsOf({}), {});
});

test("without a swap limit a container gets no swap", () => {
  assert.deepEqual(fieldsOf({ memoryLimitBytes: 64 * mebi }), {
    Memory: 64 * mebi,
    MemorySwap: 64 * mebi,
  });
  const both = { memoryLimitBytes: 64 * mebi, memorySwapLimitBytes: 80 * mebi };
  assert.equal(fieldsOf(both).MemorySwap, 80 * mebi);
  assert.equal(fieldsOf({ ...both, memorySwapLimitBytes: -1 }).MemorySwap, -1);
});

test("swap below or without memory is invalid", () => {
  const kind = "InvalidArgument";
  const less = { memoryLimitBytes: 64 * mebi, memorySwapLimitBytes: 63 * mebi };
  assert.throws(() => fieldsOf(less), { kind });
  assert.throws(() => fieldsOf({ memorySwapLimitBytes: mebi }), { kind });
});

test("shares are brought into the kernel's range", () => {
  assert.deepEqual(
    [0, 1, 2, 262_144, 1_000_000].map((cpuShares) => fieldsOf({ cpuShares }).CpuShares),
    [2, 2, 2, 262_144, 262_144],
  );
});

test("limits that docker refuses are refused with the field and the range", () => {
  const table = [
    [{ memoryLimitBytes: 6 * mebi - 1 }, /memoryLimitBytes: docker takes 6291456 or more/],
    [{ cpuQuotaMicros: 999 }, /cpuQuotaMicros: docker takes 1000 or more/],
    [{ cpuPeriodMicros: 999 }, /cpuPeriodMicros: docker takes 1000 to 1000000/],
    [{ cpuPeriodMicros: 1_000_001 }, /cpuPeriodMicros/],
  ] as const;
  for (const [wanted, message] of table)
    assert.throws(() => fieldsOf(wanted), { kind: "FailedPrecondition", message });
});

test("an unlimited quota and cpusets pass", () => {
  const wanted = { cpuQuotaMicros: -1, cpusetCpus: "0-1", cpusetMems: "0" };
  assert.deepEqual(fieldsOf(wanted), { CpuQuota: -1, CpusetCpus: "0-1", CpusetMems: "0" });
});
