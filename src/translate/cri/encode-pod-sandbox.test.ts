import assert from "node:assert/strict";
import { test } from "node:test";
import { throughTheWire } from "../../../test/wire.ts";
import { podSandboxId } from "../../model/ids.ts";
import type { PodSandbox, PodSandboxFacts } from "../../model/pod-sandbox.ts";
import { decodePodSandboxConfig } from "./decode-pod-sandbox-config.ts";
import { encodePodSandbox, encodePodSandboxStatus } from "./encode-pod-sandbox.ts";

const metadata = { name: "web", namespace: "shop", uid: "u", attempt: 1 };
const labels = { app: "web" };
const annotations = { note: "kept\nas it is" };

const sandbox: PodSandbox = {
  id: podSandboxId("ab".repeat(32)),
  engine: "docker",
  runtimeHandler: "runsc",
  createdAtNanos: 1_700_000_000_123_456_789n,
  config: decodePodSandboxConfig(
    throughTheWire("PodSandboxConfig", {
      metadata,
      labels,
      annotations,
      linux: { securityContext: { namespaceOptions: { pid: "CONTAINER" } } },
    }),
    "config",
  ),
};
const running: PodSandboxFacts = {
  pid: 7,
  startedAtNanos: 1n,
  finishedAtNanos: 0n,
  ips: ["10.1.0.2", "fd00::2"],
};
const common = {
  id: sandbox.id,
  metadata,
  createdAt: "1700000000123456789",
  labels,
  annotations,
  runtimeHandler: "runsc",
};

test("a running sandbox in a list", () => {
  assert.deepEqual(throughTheWire("PodSandbox", encodePodSandbox({ sandbox, facts: running })), {
    ...common,
    state: "SANDBOX_READY",
  });
});

test("a sandbox whose holder has ended is not ready", () => {
  const facts = { ...running, finishedAtNanos: 2n };
  assert.equal(encodePodSandbox({ sandbox, facts }).state, "SANDBOX_NOTREADY");
});

test("the status has all addresses, the primary one first, and the namespaces", () => {
  const wire = encodePodSandboxStatus({ sandbox, facts: running });
  assert.deepEqual(throughTheWire("PodSandboxStatus", wire), {
    ...common,
    state: "SANDBOX_READY",
    network: { ip: "10.1.0.2", additionalIps: [{ ip: "fd00::2" }] },
    linux: {
      namespaces: {
        options: {
          network: "POD",
          pid: "CONTAINER",
          ipc: "POD",
          targetId: "",
          usernsOptions: null,
        },
      },
    },
  });
});

test("a pod in the node's network has no address of its own", () => {
  const { network } = encodePodSandboxStatus({ sandbox, facts: { ...running, ips: [] } });
  assert.deepEqual(network, { ip: "", additionalIps: [] });
});
