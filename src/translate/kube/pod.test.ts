import assert from "node:assert/strict";
import { test } from "node:test";
import { plan, withContainer, withSpec } from "../../../test/fakes/pod-manifests.ts";
import type { PodPlan } from "./pod.ts";

function container(fields: string): PodPlan["containers"][number]["config"] {
  const config = plan(withContainer(fields)).containers[0]?.config;
  assert.ok(config !== undefined);
  return config;
}

test("the least pod gets what a kubelet would give it", () => {
  const { sandbox, containers, initContainers, runtimeHandler, emptyDirs } = plan(
    "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {containers: [{name: a, image: b}]}",
  );
  assert.deepEqual(sandbox.metadata, {
    name: "web",
    namespace: "default",
    uid: "made-uid",
    attempt: 0,
  });
  assert.equal(sandbox.hostname, "web");
  assert.equal(sandbox.logDirectory, "/var/log/pods/default_web_made-uid");
  assert.deepEqual(sandbox.dns, {
    servers: ["10.0.0.2"],
    searches: ["example.test"],
    options: ["ndots:2", "edns0"],
  });
  assert.deepEqual(sandbox.labels, {
    "io.kubernetes.pod.name": "web",
    "io.kubernetes.pod.namespace": "default",
    "io.kubernetes.pod.uid": "made-uid",
  });
  assert.deepEqual(sandbox.security, {
    namespaces: {
      network: "POD",
      pid: "CONTAINER",
      ipc: "POD",
      targetId: undefined,
      user: undefined,
    },
    privileged: false,
    selinux: undefined,
    runAsUser: undefined,
    runAsGroup: undefined,
    readonlyRootfs: false,
    supplementalGroups: [],
    supplementalGroupsPolicy: "Merge",
    seccomp: { type: "RuntimeDefault" },
    apparmor: undefined,
  });
  assert.deepEqual([initContainers, runtimeHandler, emptyDirs], [[], "", []]);
  const [only] = containers;
  assert.equal(only?.pullPolicy, "Always");
  assert.equal(only?.config.image.image, "b:latest");
  assert.equal(only?.config.image.userSpecifiedImage, "b");
  assert.equal(only?.config.logPath, "a/0.log");
  assert.equal(only?.config.resources.oomScoreAdj, 1000);
  assert.equal(only?.config.resources.cpuShares, 2);
  assert.deepEqual(only?.config.labels, { ...sandbox.labels, "io.kubernetes.container.name": "a" });
  assert.equal(only?.config.annotations["io.kubernetes.pod.terminationGracePeriod"], "30");
});

test("JSON is read as well", () => {
  const json = {
    kind: "Pod",
    metadata: { name: "j", creationTimestamp: null },
    spec: { containers: [{ name: "a", image: "b:1" }] },
    status: {},
  };
  assert.equal(plan(JSON.stringify(json)).containers[0]?.pullPolicy, "IfNotPresent");
});

test("what the pod says of itself arrives in the sandbox", () => {
  const { sandbox, runtimeHandler, emptyDirs, initContainers } = plan(`
kind: Pod
metadata:
  name: web.1
  namespace: shop
  uid: abc-1
  labels: {app: web}
  annotations: {note: "x y"}
spec:
  hostname: shop-front
  hostIPC: true
  shareProcessNamespace: true
  runtimeClassName: gvisor
  restartPolicy: Never
  terminationGracePeriodSeconds: 7
  dnsPolicy: None
  dnsConfig:
    nameservers: [9.9.9.9, 9.9.9.9]
    searches: [a.test]
    options: [{name: ndots, value: "5"}, {name: edns0}]
  securityContext:
    runAsUser: 5
    runAsGroup: 6
    fsGroup: 7
    supplementalGroups: [8, 7]
    supplementalGroupsPolicy: Strict
    seLinuxOptions: {type: t}
    sysctls: [{name: net.core.somaxconn, value: "9"}]
  volumes: [{name: scratch, emptyDir: {}}]
  initContainers: [{name: first, image: b, securityContext: {privileged: true}}]
  containers:
  - name: a
    image: b
    ports: [{name: http, containerPort: 80, hostPort: 8080, hostIP: 127.0.0.1}, {containerPort: 53, protocol: UDP}]
`);
  assert.equal(sandbox.hostname, "shop-front");
  assert.equal(sandbox.logDirectory, "/var/log/pods/shop_web.1_abc-1");
  assert.equal(sandbox.labels["app"], "web");
  assert.deepEqual(sandbox.annotations, { note: "x y" });
  assert.deepEqual(sandbox.dns, {
    servers: ["9.9.9.9"],
    searches: ["a.test"],
    options: ["ndots:5", "edns0"],
  });
  assert.deepEqual(sandbox.sysctls, { "net.core.somaxconn": "9" });
  assert.deepEqual(sandbox.portMappings, [
    { protocol: "TCP", containerPort: 80, hostPort: 8080, hostIp: "127.0.0.1" },
    { protocol: "UDP", containerPort: 53, hostPort: 0, hostIp: "" },
  ]);
  const { security } = sandbox;
  assert.deepEqual([security.namespaces.ipc, security.namespaces.pid], ["NODE", "POD"]);
  assert.deepEqual([security.runAsUser, security.runAsGroup], [5, 6]);
  assert.deepEqual(
    [security.supplementalGroups, security.supplementalGroupsPolicy],
    [[8, 7], "Strict"],
  );
  assert.deepEqual(security.selinux, { user: "", role: "", type: "t", level: "" });
  assert.equal(security.privileged, true, "one privileged container makes the sandbox privileged");
  assert.equal(runtimeHandler, "gvisor");
  assert.deepEqual(emptyDirs, ["/run/x/volumes/abc-1/scratch"]);
  const first = initContainers[0]?.config;
  assert.equal(first?.image.runtimeHandler, "gvisor");
  assert.equal(first?.annotations["io.kubernetes.pod.terminationGracePeriod"], "7");
});

test("a pod on the host's network has no hostname and no port mappings of its own", () => {
  const { sandbox } = plan(
    "kind: Pod\nmetadata: {name: web}\nspec: {hostNetwork: true, hostPID: true, hostname: x, containers: [{name: a, image: b, ports: [{containerPort: 1, hostPort: 1}]}]}",
  );
  assert.equal(sandbox.hostname, "");
  assert.deepEqual(sandbox.portMappings, []);
  assert.deepEqual(
    [sandbox.security.namespaces.network, sandbox.security.namespaces.pid],
    ["NODE", "NODE"],
  );
});

test("dnsConfig is laid over the host's settings, options by name", () => {
  const dns = plan(
    withSpec("dnsConfig: {nameservers: [10.0.0.2, 8.8.8.8], options: [{name: ndots, value: '5'}]}"),
  ).sandbox.dns;
  assert.deepEqual(dns, {
    servers: ["10.0.0.2", "8.8.8.8"],
    searches: ["example.test"],
    options: ["ndots:5", "edns0"],
  });
});

test("a hostname from a long pod name is cut to what the kernel takes", () => {
  const name = `${"x".repeat(62)}.y`;
  const { sandbox } = plan(
    `kind: Pod\nmetadata: {name: ${name}}\nspec: {containers: [{name: a, image: b}]}`,
  );
  assert.equal(sandbox.hostname, "x".repeat(62));
});

test("commands and values refer to variables before them", () => {
  const config = container(
    'env: [{name: A, value: "1"}, {name: B, value: "$(A)-$(C)-$$(A)"}, {name: C}], command: [sh, "$(B)"], args: ["$(", "$$", "$A"]',
  );
  assert.deepEqual(
    config.envs.map(({ key, value }) => [key, String(value)]),
    [
      ["A", "1"],
      ["B", "1-$(C)-$(A)"],
      ["C", ""],
    ],
  );
  assert.deepEqual(config.command, ["sh", "1-$(C)-$(A)"]);
  assert.deepEqual(config.args, ["$(", "$", "$A"]);
});

test("a container's security context wins over the pod's", () => {
  const config = plan(`
kind: Pod
metadata: {name: web}
spec:
  securityContext: {runAsUser: 1, runAsGroup: 2, seccompProfile: {type: RuntimeDefault}, appArmorProfile: {type: Unconfined}}
  containers:
  - name: a
    image: b
    tty: true
    stdin: true
    stdinOnce: true
    workingDir: /w
    securityContext:
      runAsUser: 3
      privileged: true
      readOnlyRootFilesystem: true
      allowPrivilegeEscalation: false
      procMount: Unmasked
      capabilities: {add: [NET_ADMIN], drop: [ALL]}
      seccompProfile: {type: Localhost, localhostProfile: a/b.json}
`).containers[0]?.config;
  assert.partialDeepStrictEqual(config, {
    tty: true,
    stdin: true,
    stdinOnce: true,
    workingDir: "/w",
    security: {
      runAsUser: 3,
      runAsGroup: 2,
      privileged: true,
      readonlyRootfs: true,
      noNewPrivs: true,
      maskedPaths: [],
      readonlyPaths: [],
      capabilities: { add: ["NET_ADMIN"], drop: ["ALL"], addAmbient: [] },
      seccomp: { type: "Localhost", ref: "/var/lib/kubelet/seccomp/a/b.json" },
      apparmor: { type: "Unconfined" },
    },
  });
});

test("without a word nothing is confined by seccomp, and the usual paths are masked", () => {
  const { security } = container("");
  assert.equal(security.seccomp, undefined);
  assert.equal(security.noNewPrivs, false);
  assert.ok(security.maskedPaths.includes("/proc/kcore"));
  assert.ok(security.readonlyPaths.includes("/proc/sys"));
});

test("volumes are mounted from the host", () => {
  const config = plan(`
kind: Pod
metadata: {name: web, uid: u}
spec:
  volumes: [{name: host, hostPath: {path: /data}}, {name: scratch, emptyDir: {}}]
  containers:
  - name: a
    image: b
    volumeMounts:
    - {name: host, mountPath: /h, readOnly: true, mountPropagation: HostToContainer}
    - {name: scratch, mountPath: /s}
`).containers[0]?.config;
  assert.deepEqual(
    config?.mounts.map((mount) => [
      mount.hostPath,
      mount.containerPath,
      mount.readonly,
      mount.propagation,
    ]),
    [
      ["/data", "/h", true, "HOST_TO_CONTAINER"],
      ["/run/x/volumes/u/scratch", "/s", false, "PRIVATE"],
    ],
  );
});
