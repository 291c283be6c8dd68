import assert from "node:assert/strict";
import { test } from "node:test";
import { decodeMessage, throughTheWire } from "../../../test/wire.ts";
import type { Container } from "../../model/container.ts";
import { containerId, imageId, podSandboxId } from "../../model/ids.ts";
import type { ContainerStats } from "../../model/stats.ts";
import { decodeContainerConfig } from "./decode-container-config.ts";
import { encodeContainerStats } from "./encode-container-stats.ts";

const { envs: _, ...config } = decodeContainerConfig(
  throughTheWire("ContainerConfig", {
    metadata: { name: "main" },
    image: { image: "busybox" },
    labels: { app: "web" },
    annotations: { note: "kept" },
  }),
  "config",
);
const container: Container = {
  id: containerId("cd".repeat(32)),
  sandboxId: podSandboxId("ab".repeat(32)),
  engine: "docker",
  createdAtNanos: 1n,
  config,
  imageId: imageId("sha256:abc"),
  imageRef: "",
  logFile: "",
  stopSignal: "SIGTERM",
};
const attributes = {
  id: container.id,
  metadata: { name: "main", attempt: 0 },
  labels: { app: "web" },
  annotations: { note: "kept" },
};
const nothing = {
  cpu: undefined,
  memory: undefined,
  swap: undefined,
  io: undefined,
  writableLayer: undefined,
};
const statsOf = (stats: ContainerStats) =>
  decodeMessage("ContainerStatsResponse", encodeContainerStats(container, stats)).stats;
const at = 1_700_000_000_123_456_789n;

test("what is not known is absent, not zero", () => {
  assert.deepEqual(statsOf(nothing), {
    attributes,
    cpu: null,
    memory: null,
    swap: null,
    io: null,
    writableLayer: null,
  });
});

test("a full sample keeps every digit, and pressure becomes nanoseconds", () => {
  const low = { totalMicros: 7n, avg10: 0.5, avg60: 0.25, avg300: 0 };
  const psi = { full: low, some: { ...low, totalMicros: 9_007_199_254_740_993n } };
  const stats: ContainerStats = {
    cpu: {
      timestampNanos: at,
      usageCoreNanoSeconds: 18_446_744_073_709_551_615n,
      usageNanoCores: 0n,
      psi,
    },
    memory: {
      timestampNanos: at,
      workingSetBytes: 1n,
      availableBytes: undefined,
      usageBytes: 2n,
      rssBytes: 3n,
      pageFaults: 4n,
      majorPageFaults: 5n,
      psi: undefined,
    },
    swap: { timestampNanos: at, availableBytes: 6n, usageBytes: 7n },
    io: { timestampNanos: at, psi },
    writableLayer: { timestampNanos: at, mountpoint: "/var/lib", usedBytes: 8n, inodesUsed: 9n },
  };
  const averages = { Avg10: 0.5, Avg60: 0.25, Avg300: 0 };
  const wirePsi = {
    Full: { Total: "7000", ...averages },
    Some: { Total: "9007199254740993000", ...averages },
  };
  const timestamp = String(at);
  assert.deepEqual(statsOf(stats), {
    attributes,
    cpu: {
      timestamp,
      usageCoreNanoSeconds: { value: "18446744073709551615" },
      usageNanoCores: { value: "0" },
      psi: wirePsi,
    },
    memory: {
      timestamp,
      workingSetBytes: { value: "1" },
      availableBytes: null,
      usageBytes: { value: "2" },
      rssBytes: { value: "3" },
      pageFaults: { value: "4" },
      majorPageFaults: { value: "5" },
      psi: null,
    },
    swap: { timestamp, swapAvailableBytes: { value: "6" }, swapUsageBytes: { value: "7" } },
    io: { timestamp, psi: wirePsi },
    writableLayer: {
      timestamp,
      fsId: { mountpoint: "/var/lib" },
      usedBytes: { value: "8" },
      inodesUsed: { value: "9" },
    },
  });
});

test("several answers one after the other are a list", () => {
  const one = encodeContainerStats(container, nothing);
  const wire = decodeMessage("ListContainerStatsResponse", Buffer.concat([one, one]));
  assert.deepEqual(wire.stats, [statsOf(nothing), statsOf(nothing)]);
});
