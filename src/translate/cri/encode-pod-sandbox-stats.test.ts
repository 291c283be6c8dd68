import assert from "node:assert/strict";
import { test } from "node:test";
import { podSandboxConfig } from "../../../test/contract/requests.ts";
import { throughTheWire } from "../../../test/wire.ts";
import { podSandboxId } from "../../model/ids.ts";
import type { PodSandboxStats } from "../../model/stats.ts";
import { encodePodSandboxStats } from "./encode-pod-sandbox-stats.ts";

const id = podSandboxId("ab".repeat(32));
const config = podSandboxConfig("web", { annotations: { note: "kept" } });
const sandbox = { id, engine: "docker", runtimeHandler: "", createdAtNanos: 1n, config } as const;
const attributes = {
  id,
  metadata: config.metadata,
  labels: { app: "web" },
  annotations: { note: "kept" },
};
const at = 1_700_000_000_123_456_789n;
const timestamp = String(at);
const amount = (value: number) => ({ value: String(value) });

test("what is not known is absent, but the part for Linux is there", () => {
  const nothing = {
    cpu: undefined,
    memory: undefined,
    swap: undefined,
    io: undefined,
    network: undefined,
    process: undefined,
  };
  const wire = throughTheWire("PodSandboxStats", encodePodSandboxStats(sandbox, nothing, []));
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
  const container = { attributes: { id: "c1" } };
  const message = encodePodSandboxStats(sandbox, stats, [container]);
  const { linux } = throughTheWire("PodSandboxStats", message);
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
  assert.equal(linux?.containers[0]?.attributes?.id, "c1");
});
