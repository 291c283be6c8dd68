import assert from "node:assert/strict";
import { test } from "node:test";
import { throughTheWire } from "../../../test/wire.ts";
import type { Container, ContainerFacts } from "../../model/container.ts";
import { containerId, imageId, podSandboxId } from "../../model/ids.ts";
import { noResources } from "../../model/resources.ts";
import { decodeContainerConfig } from "./decode-container-config.ts";
import { encodeContainer, encodeContainerStatus } from "./encode-container.ts";

const { envs: _, ...config } = decodeContainerConfig(
  throughTheWire("ContainerConfig", {
    metadata: { name: "main", attempt: 2 },
    image: { image: "sha256:abc", userSpecifiedImage: "busybox:1", annotations: { a: "b" } },
    mounts: [
      { containerPath: "/data", hostPath: "/srv", propagation: "PROPAGATION_BIDIRECTIONAL" },
    ],
    labels: { app: "web" },
    annotations: { note: "kept" },
    logPath: "main/2.log",
  }),
  "config",
);
const container: Container = {
  id: containerId("cd".repeat(32)),
  sandboxId: podSandboxId("ab".repeat(32)),
  engine: "docker",
  createdAtNanos: 1_700_000_000_123_456_789n,
  config,
  imageId: imageId("sha256:abc"),
  imageRef: "r.test/busybox@sha256:def",
  logFile: "/var/log/pods/x/main/2.log",
  stopSignal: "SIGINT",
};
const created: ContainerFacts = {
  pid: 0,
  startedAtNanos: 0n,
  finishedAtNanos: 0n,
  exitCode: 0,
  oomKilled: false,
  error: "",
  user: { uid: 1000, gid: 2000, supplementalGroups: [3000] },
  resources: { ...noResources, cpuShares: 512 },
};
const image = {
  image: "busybox:1",
  annotations: { a: "b" },
  userSpecifiedImage: "busybox:1",
  runtimeHandler: "",
  imageRef: "",
};
const common = {
  id: container.id,
  metadata: { name: "main", attempt: 2 },
  image,
  imageRef: "r.test/busybox@sha256:def",
  imageId: "sha256:abc",
  createdAt: "1700000000123456789",
  labels: { app: "web" },
  annotations: { note: "kept" },
};

test("a container in a list", () => {
  const wire = encodeContainer({ container, facts: created });
  assert.deepEqual(throughTheWire("Container", wire), {
    ...common,
    podSandboxId: container.sandboxId,
    state: "CONTAINER_CREATED",
  });
});

test("the status of a container that was killed for its memory", () => {
  const facts: ContainerFacts = {
    ...created,
    startedAtNanos: 1_700_000_001_000_000_001n,
    finishedAtNanos: 1_700_000_002_000_000_002n,
    exitCode: 137,
    oomKilled: true,
  };
  const wire = throughTheWire("ContainerStatus", encodeContainerStatus({ container, facts }));
  assert.deepEqual(
    { ...wire, resources: wire.resources?.linux?.cpuShares },
    {
      ...common,
      state: "CONTAINER_EXITED",
      startedAt: "1700000001000000001",
      finishedAt: "1700000002000000002",
      exitCode: 137,
      reason: "OOMKilled",
      message: "",
      mounts: [
        {
          containerPath: "/data",
          hostPath: "/srv",
          readonly: false,
          selinuxRelabel: false,
          propagation: "PROPAGATION_BIDIRECTIONAL",
          uidMappings: [],
          gidMappings: [],
          recursiveReadOnly: false,
          image: null,
          imageSubPath: "",
          mountOptions: [],
        },
      ],
      logPath: "/var/log/pods/x/main/2.log",
      resources: "512",
      user: { linux: { uid: "1000", gid: "2000", supplementalGroups: ["3000"] } },
      stopSignal: "SIGNAL_SIGINT",
    },
  );
});

test("state, reason and message follow from the facts", () => {
  const ran = { ...created, startedAtNanos: 1n };
  const ended = { ...ran, finishedAtNanos: 2n };
  const cases: readonly (readonly [ContainerFacts, string, string])[] = [
    [created, "CONTAINER_CREATED", ""],
    [ran, "CONTAINER_RUNNING", ""],
    [ended, "CONTAINER_EXITED", "Completed"],
    [{ ...ended, exitCode: 1 }, "CONTAINER_EXITED", "Error"],
    [{ ...created, finishedAtNanos: 2n, exitCode: 127 }, "CONTAINER_EXITED", "ContainerCannotRun"],
  ];
  for (const [facts, state, reason] of cases) {
    const wire = encodeContainerStatus({ container, facts });
    assert.deepEqual([wire.state, wire.reason], [state, reason]);
  }
  const failed = { ...ended, exitCode: 127, error: "no such file: /x" };
  assert.equal(encodeContainerStatus({ container, facts: failed }).message, "no such file: /x");
});

test("an unknown user is absent, an unspecified image shows what was asked for", () => {
  const plain = {
    ...container,
    config: { ...config, image: { ...config.image, userSpecifiedImage: "" } },
  };
  const wire = encodeContainerStatus({ container: plain, facts: { ...created, user: undefined } });
  assert.equal(wire.user, null);
  assert.equal(wire.image?.image, "sha256:abc");
});
