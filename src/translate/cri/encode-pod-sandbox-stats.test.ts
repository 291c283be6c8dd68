import assert from "node:assert/strict";
import { test } from "node:test";
import { containerConfig, podSandboxConfig } from "../../../test/contract/requests.ts";
import { decodeMessage } from "../../../test/wire.ts";
import type { Container } from "../../model/container.ts";
import { containerId, imageId, podSandboxId } from "../../model/ids.ts";
import type { PodSandboxStats } from "../../model/stats.ts";
import { encodePodSandboxStats, type PodSample } from "./encode-pod-sandbox-stats.ts";

const id = podSandboxId("ab".repeat(32));
const config = podSandboxConfig("web", { annotations: { note: "kept" } });
const sandbox = { id, engine: "docker", runtimeHandler: "", createdAtNanos: 1n, config } as const;
const attributes = {
  id,
  metadata: config.metadata,
  labels: { app: "web" },
  annotations: { note: "kept" },
};
const container: Container = {
  id: containerId("cd".repeat(32)),
  sandboxId: id,
  engine: "docker",
  createdAtNanos: 1n,
  config: containerConfig("main", "busybox"),
  imageId: imageId("sha256:abc"),
  imageRef: "",
  logFile: "",
  stopSignal: "SIGTERM",
};
const nothing = {
  cpu: undefined,
  memory: undefined,
  swap: undefined,
  io: undefined,
  network: undefined,
  process: undefined,
};
const statsOf = (sample: PodSample) =>
  decodeMessage("PodSandboxStatsResponse", encodePodSandboxStats(sample)).stats;
const at = 1_700_000_000_123_456_789n;
const timestamp = String(at);
const amount = (value: number) => ({ value: String(value) });

test("what is not known is absent, but the part for Linux is there", () => {
  const wire = statsOf({ sandbox, stats: nothing, containers: [] });
  const linux = { cpu: null, memory: null, io: null, network: null, process: null, containers: [] };
  assert.deepEqual(wire, { attributes, linux, windows: null });
});

test("a pod's network has its default interface apart, and its containers are within", () => {
  const one = {
    name: "eth0",
    rxBytes: 1n,
    rxPackets: 5n,
    rxErrors: 0n,
    rxDropped: 6n,
    txBytes: 3n,
    txPackets: 7n,
    txErrors: 4n,
    txDropped: 8n,
  };
  const psi = { totalMicros: 1n, avg10: 0.5, avg60: 0, avg300: 0 };
  const stats: PodSandboxStats = {
    cpu: {
      timestampNanos: at,
      usageCoreNanoSeconds: 7n,
      usageNanoCores: undefined,
      psi: { some: psi, full: psi },
    },
    memory: undefined,
    swap: undefined,
    io: { timestampNanos: at, psi: undefined },
    network: {
      timestampNanos: at,
      defaultInterface: one,
      interfaces: [{ ...one, name: "net1", rxBytes: 9n }],
    },
    process: { timestampNanos: at, processCount: 2n },
  };
  const inner = { container, stats: { ...nothing, writableLayer: undefined } };
  const linux = statsOf({ sandbox, stats, containers: [inner, inner] })?.linux;
  const eth0 = {
    name: "eth0",
    rxBytes: amount(1),
    rxErrors: amount(0),
    txBytes: amount(3),
    txErrors: amount(4),
  };
  const wirePsi = { Total: "1000", Avg10: 0.5, Avg60: 0, Avg300: 0 };
  assert.deepEqual(linux?.cpu, {
    timestamp,
    usageCoreNanoSeconds: amount(7),
    usageNanoCores: null,
    psi: { Some: wirePsi, Full: wirePsi },
  });
  assert.deepEqual(linux?.io, { timestamp, psi: null });
  assert.deepEqual(linux?.network, {
    timestamp,
    defaultInterface: eth0,
    interfaces: [{ ...eth0, name: "net1", rxBytes: amount(9) }],
  });
  assert.deepEqual(linux?.process, { timestamp, processCount: amount(2) });
  const ids = linux?.containers.map(({ attributes: of }) => of?.id);
  assert.deepEqual(ids, [container.id, container.id]);
});
