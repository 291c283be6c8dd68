import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Fields } from "./fields.ts";
import { quantityValue } from "./quantity.ts";
import { linuxResources, qosClass, readDemand } from "./resources.ts";

const gib = 2 ** 30;

function demand(resources: unknown): ReturnType<typeof readDemand> {
  return readDemand(new Fields({ resources }, "c"));
}

const quantities: readonly (readonly [string, number | undefined])[] = [
  ["1", 1],
  ["100m", 0.1],
  ["1.5", 1.5],
  [".5", 0.5],
  ["+2", 2],
  ["1e3", 1000],
  ["1E3", 1000],
  ["1E", 1e18],
  ["128Mi", 128 * 2 ** 20],
  ["1k", 1000],
  ["2Gi", 2 * gib],
  ["", undefined],
  ["-1", undefined],
  ["1 Mi", undefined],
  ["1mi", undefined],
  ["0x10", undefined],
  ["1e999", undefined],
];
for (const [text, value] of quantities) {
  test(`the quantity "${text}" is ${value}`, () => assert.equal(quantityValue(text), value));
}

test("a number's own text is its quantity", () => {
  fc.assert(
    fc.property(
      fc.nat(),
      (number) =>
        quantityValue(`${number}`) === number && quantityValue(`${number}m`) === number * 0.001,
    ),
  );
});

const figures: readonly (readonly [string, unknown, object])[] = [
  [
    "nothing said",
    {},
    { cpuShares: 2, cpuQuotaMicros: undefined, memoryLimitBytes: undefined, oomScoreAdj: 1000 },
  ],
  [
    "limits only are requests too: Guaranteed",
    { limits: { cpu: "500m", memory: "1Gi" } },
    {
      cpuShares: 512,
      cpuQuotaMicros: 50_000,
      cpuPeriodMicros: 100_000,
      memoryLimitBytes: gib,
      oomScoreAdj: -997,
    },
  ],
  [
    "a request below its limit: Burstable, its score by its share of the node",
    { limits: { cpu: 2, memory: "4Gi" }, requests: { cpu: 1, memory: "2Gi" } },
    { cpuShares: 1024, cpuQuotaMicros: 200_000, memoryLimitBytes: 4 * gib, oomScoreAdj: 750 },
  ],
  [
    "a small request scores just below BestEffort",
    { requests: { memory: "1Mi" } },
    { oomScoreAdj: 999 },
  ],
  [
    "all of the node scores just above Guaranteed",
    { requests: { memory: "8Gi" } },
    { oomScoreAdj: 3 },
  ],
  [
    "the quota is at least a millisecond",
    { limits: { cpu: "1m" } },
    { cpuShares: 2, cpuQuotaMicros: 1000 },
  ],
  ["shares have the kernel's bound", { limits: { cpu: "1000" } }, { cpuShares: 262_144 }],
];
for (const [name, resources, expected] of figures) {
  test(`kernel figures: ${name}`, () => {
    const read = demand(resources);
    assert.partialDeepStrictEqual(linuxResources(read, qosClass([read]), 8 * gib), expected);
  });
}

test("a pod's class needs all its containers", () => {
  const full = demand({ limits: { cpu: 1, memory: "1Gi" } });
  const none = demand({});
  assert.equal(qosClass([full, full]), "Guaranteed");
  assert.equal(qosClass([full, none]), "Burstable");
  assert.equal(qosClass([none, none]), "BestEffort");
});
