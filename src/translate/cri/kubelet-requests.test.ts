import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { type Input, throughTheWire } from "../../../test/wire.ts";
import { noResources } from "../../model/resources.ts";
import { decodeCreateContainer } from "./decode-container-requests.ts";
import { decodeRunPodSandbox } from "./decode-pod-sandbox-requests.ts";

/** What a kubelet 1.36 sent for one static pod with many settings; bytes are in base64. */
const recorded: {
  readonly RunPodSandbox: Input<"RunPodSandboxRequest">;
  readonly CreateContainer: Input<"CreateContainerRequest">;
} = JSON.parse(
  readFileSync(
    new URL("../../../test/fixtures/kubelet-v1.36.golden.json", import.meta.url),
    "utf8",
  ),
);

const shared = {
  namespaces: {
    network: "POD",
    pid: "CONTAINER",
    ipc: "POD",
    targetId: undefined,
    user: { mode: "NODE", uids: [], gids: [] },
  },
  privileged: false,
  runAsUser: 1000,
  runAsGroup: 2000,
  supplementalGroups: [3000, 4000],
  supplementalGroupsPolicy: "Strict",
  seccomp: { type: "RuntimeDefault" },
};
const uid = "b1746b22bf377406859aa24111c5e9fc";

test("a kubelet's RunPodSandbox", () => {
  const wire = throughTheWire("RunPodSandboxRequest", recorded.RunPodSandbox);
  const { config, runtimeHandler } = decodeRunPodSandbox(wire);
  assert.equal(runtimeHandler, "");
  assert.deepEqual(config, {
    metadata: { name: "rich-node-1", uid, namespace: "shop", attempt: 0 },
    hostname: "rich",
    logDirectory: `/var/log/pods/shop_rich-node-1_${uid}`,
    dns: {
      servers: ["10.96.0.10"],
      searches: ["shop.svc.cluster.local", "svc.cluster.local", "cluster.local", "extra.test"],
      options: ["ndots:3", "edns0"],
    },
    portMappings: [
      { protocol: "TCP", containerPort: 80, hostPort: 18_080, hostIp: "" },
      { protocol: "UDP", containerPort: 53, hostPort: 0, hostIp: "" },
    ],
    labels: {
      app: "web",
      "io.kubernetes.pod.name": "rich-node-1",
      "io.kubernetes.pod.namespace": "shop",
      "io.kubernetes.pod.uid": uid,
    },
    annotations: {
      "example.com/note": "two\nlines",
      "kubernetes.io/config.hash": uid,
      "kubernetes.io/config.seen": "2026-11-23T12:18:02.192900396Z",
      "kubernetes.io/config.source": "file",
    },
    cgroupParent: "",
    sysctls: { "kernel.shm_rmid_forced": "1", "net.ipv4.ip_unprivileged_port_start": "80" },
    security: { ...shared, selinux: undefined, readonlyRootfs: false, apparmor: undefined },
    overhead: noResources,
    resources: {
      ...noResources,
      cpuPeriodMicros: 100_000,
      cpuQuotaMicros: 50_000,
      cpuShares: 102,
      memoryLimitBytes: 67_108_864,
    },
  });
});

test("a kubelet's CreateContainer", () => {
  const wire = throughTheWire("CreateContainerRequest", recorded.CreateContainer);
  const { config } = decodeCreateContainer(wire);
  assert.deepEqual(
    config.envs.map(({ key, value }) => [key, Buffer.from(value).toString()]),
    [
      ["POD_IP", "10.9.0.2"],
      ["WHO", "zwölf\nlines"],
    ],
  );
  assert.deepEqual(
    config.mounts.map((mount) => [mount.containerPath, mount.readonly, mount.propagation]),
    [
      ["/scratch", false, "PRIVATE"],
      ["/etc/info", true, "PRIVATE"],
      ["/host", true, "HOST_TO_CONTAINER"],
      ["/etc/hosts", false, "PRIVATE"],
      ["/dev/termination-log", false, "PRIVATE"],
    ],
  );
  assert.deepEqual(config.resources, {
    ...noResources,
    cpuPeriodMicros: 100_000,
    cpuQuotaMicros: 50_000,
    cpuShares: 102,
    memoryLimitBytes: 67_108_864,
    memorySwapLimitBytes: 67_108_864,
    oomScoreAdj: 999,
    hugepageLimits: [
      { pageSize: "2MB", limitBytes: 0n },
      { pageSize: "1GB", limitBytes: 0n },
    ],
  });
  const { maskedPaths, readonlyPaths, ...security } = config.security;
  assert.deepEqual([maskedPaths.length, readonlyPaths.length], [12, 5]);
  assert.deepEqual(security, {
    ...shared,
    selinux: { user: "", role: "", type: "", level: "s0:c1,c2" },
    readonlyRootfs: true,
    apparmor: { type: "Unconfined" },
    runAsUsername: undefined,
    capabilities: { add: ["NET_BIND_SERVICE"], drop: ["ALL"], addAmbient: [] },
    noNewPrivs: true,
  });
  assert.equal(config.image.userSpecifiedImage, "registry.test/busybox:1");
  assert.equal(config.logPath, "main/0.log");
  assert.deepEqual(config.args, ["sleep 1000", "zwölf\nlines"]);
});
