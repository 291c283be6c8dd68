import assert from "node:assert/strict";
import { test } from "node:test";
import type { CgroupStats } from "../model/stats.ts";
import { sumOf } from "./cgroup-sum.ts";

const data = { totalMicros: 1n, avg10: 0, avg60: 0, avg300: 0 };
const psi = { some: data, full: data };

function member(
  at: bigint,
  usageNanoCores: bigint | undefined,
  availableBytes?: bigint,
): CgroupStats {
  const timestampNanos = at;
  return {
    cpu: { timestampNanos, usageCoreNanoSeconds: 10n * at, usageNanoCores, psi },
    memory: {
      timestampNanos,
      workingSetBytes: at,
      availableBytes,
      usageBytes: 2n * at,
      rssBytes: 3n * at,
      pageFaults: 4n * at,
      majorPageFaults: 5n * at,
      psi,
    },
    swap: { timestampNanos, usageBytes: at, availableBytes },
    io: { timestampNanos, psi },
  };
}

test("all figures of all members are added, as of the last of them; pressure is left out", () => {
  assert.deepEqual(sumOf([member(1n, 5n, 100n), member(10n, 7n, 200n)]), {
    cpu: { timestampNanos: 10n, usageCoreNanoSeconds: 110n, usageNanoCores: 12n, psi: undefined },
    memory: {
      timestampNanos: 10n,
      workingSetBytes: 11n,
      availableBytes: 300n,
      usageBytes: 22n,
      rssBytes: 33n,
      pageFaults: 44n,
      majorPageFaults: 55n,
      psi: undefined,
    },
    swap: { timestampNanos: 10n, usageBytes: 11n, availableBytes: 300n },
    io: undefined,
  });
});

test("a member without a rate leaves the others' rate, one without a limit leaves nothing to be available", () => {
  const sum = sumOf([member(1n, undefined, 100n), member(2n, 7n)]);
  assert.equal(sum.cpu?.usageNanoCores, 7n);
  assert.equal(sum.memory?.availableBytes, undefined);
  assert.equal(sumOf([member(1n, undefined)]).cpu?.usageNanoCores, undefined);
});

test("parts that no member has are unknown, and a single member's pressure is not the pod's", () => {
  const none = { cpu: undefined, memory: undefined, swap: undefined, io: undefined };
  assert.deepEqual(sumOf([]), none);
  assert.deepEqual(sumOf([none, none]), none);
  assert.equal(sumOf([member(1n, 1n)]).memory?.psi, undefined);
});
