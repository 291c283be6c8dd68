import assert from "node:assert/strict";
import { test } from "node:test";
import { golden } from "../../../test/fixtures/docker-pod.ts";
import type { DockerContainerInspect, DockerImageInspect } from "./api.ts";
import { readImage } from "./image.ts";
import { readContainer } from "./inspect-container.ts";
import { readSandbox } from "./inspect-sandbox.ts";

const running = golden<DockerContainerInspect>("inspect-running");
const sandboxInspect = golden<DockerContainerInspect>("inspect-sandbox");
const image = readImage(golden<DockerImageInspect>("image-inspect"), false);
const context = { image, imageLabels: {} };
const sandboxContext = { runtimeHandler: "", podLogsFolder: "/var/log/pods" };

test("a sandbox without a state file is made from what docker keeps", () => {
  const sandbox = readSandbox(sandboxInspect, sandboxContext);
  assert.equal(sandbox?.id, sandboxInspect.Id);
  assert.deepEqual(sandbox?.config.metadata, {
    name: "web-0",
    uid: "6a3f6b0e-5d5f-4c62-9d0e-0a8f9d1f2c11",
    namespace: "d-shop",
    attempt: 2,
  });
  assert.equal(sandbox?.config.hostname, "pod-a");
  assert.equal(
    sandbox?.config.logDirectory,
    "/var/log/pods/d-shop_web-0_6a3f6b0e-5d5f-4c62-9d0e-0a8f9d1f2c11",
  );
  assert.deepEqual(sandbox?.config.labels, { app: "web", "io.kubernetes.pod.name": "web-0" });
  assert.deepEqual(sandbox?.config.annotations, { "kubernetes.io/config.source": "api" });
  assert.equal(sandbox?.config.cgroupParent, "/d-test/pod1");
  assert.equal(sandbox?.config.security.namespaces.network, "POD");
  assert.deepEqual(sandbox?.config.security.seccomp, { type: "RuntimeDefault" });
});

test("a container without a state file is made from what docker keeps", () => {
  const container = readContainer(running, context);
  assert.equal(container?.sandboxId, sandboxInspect.Id);
  assert.equal(container?.config.metadata.name, "c0");
  assert.deepEqual(container?.config.labels, { "io.kubernetes.container.name": "app" });
  assert.deepEqual(container?.config.annotations, { "io.kubernetes.container.hash": "1a2b" });
  assert.equal(container?.logFile, "/var/log/pods/d-ns_pod_0c0f-1/c/0.log");
  assert.equal(container?.config.logPath, "c/0.log");
  assert.equal(container?.imageRef, image.id);
  assert.equal(container?.stopSignal, "SIGTERM");
  assert.deepEqual(container?.config.command, ["sh", "-c"]);
});

test("its mounts are read from docker's own account of them", () => {
  assert.deepEqual(readContainer(running, context)?.config.mounts, [
    {
      containerPath: "/data",
      hostPath: "/tmp",
      readonly: true,
      recursiveReadOnly: false,
      selinuxRelabel: false,
      propagation: "HOST_TO_CONTAINER",
      uidMappings: [],
      gidMappings: [],
      image: undefined,
      imageSubPath: "",
      mountOptions: [],
    },
  ]);
});

test("the pod's files that we add are no mounts of the client's, its own at the same place are", () => {
  const { sandboxId = "" } = readContainer(running, context) ?? {};
  const mountsOf = (source: string, target: string): number => {
    const point = { Type: "bind", Source: source, Destination: target, RW: true };
    const inspect = { ...running, Mounts: [point] };
    return readContainer(inspect, context)?.config.mounts.length ?? -1;
  };
  assert.equal(mountsOf(`/var/lib/x/pod-files/${sandboxId}/hosts`, "/etc/hosts"), 0);
  assert.equal(mountsOf(`/other-root/${sandboxId}/resolv.conf`, "/etc/resolv.conf"), 0);
  assert.equal(mountsOf("/var/lib/kubelet/pods/u/etc-hosts", "/etc/hosts"), 1);
  assert.equal(mountsOf(`/var/lib/x/pod-files/${sandboxId}/hosts`, "/data/hosts"), 1);
});

test("volumes that the image declares are no mounts of the client's, images are", () => {
  const inspect = {
    ...running,
    HostConfig: {
      ...running.HostConfig,
      Mounts: [{ Type: "image", Source: "r.io/a:1", Target: "/i" } as const],
    },
    Mounts: [
      { Type: "volume", Source: "/var/lib/docker/volumes/x/_data", Destination: "/v", RW: true },
      { Type: "image", Source: "sha256:11", Destination: "/i", RW: false },
      { Type: "bind", Source: "/b", Destination: "/b", RW: true, Propagation: "rshared" },
    ],
  };
  const mounts = readContainer(inspect, context)?.config.mounts ?? [];
  assert.deepEqual(
    mounts.map((mount) => [
      mount.containerPath,
      mount.readonly,
      mount.image?.image,
      mount.propagation,
    ]),
    [
      ["/b", false, undefined, "BIDIRECTIONAL"],
      ["/i", true, "r.io/a:1", "PRIVATE"],
    ],
  );
});

test("its security is read from docker's settings", () => {
  const security = readContainer(running, context)?.config.security;
  assert.deepEqual(security?.capabilities, { add: ["NET_ADMIN"], drop: ["CHOWN"], addAmbient: [] });
  assert.deepEqual(security?.namespaces, {
    network: "POD",
    pid: "CONTAINER",
    ipc: "POD",
    targetId: undefined,
    user: undefined,
  });
  const HostConfig = {
    ...running.HostConfig,
    PidMode: "container:ffff",
    IpcMode: "host",
    UTSMode: "host",
    CapAdd: ["CAP_SYS_TIME"],
    SecurityOpt: ["seccomp=unconfined", "apparmor=p", "label=level:s0", "no-new-privileges"],
  };
  const odd = readContainer({ ...running, HostConfig }, context)?.config.security;
  assert.deepEqual(odd?.seccomp, { type: "Unconfined" });
  assert.deepEqual(odd?.apparmor, { type: "Localhost", ref: "p" });
  assert.deepEqual(odd?.selinux, { user: "", role: "", type: "", level: "s0" });
  assert.equal(odd?.noNewPrivs, true);
  assert.deepEqual(odd?.capabilities.add, ["SYS_TIME"]);
  const { network, pid, ipc, targetId } = odd?.namespaces ?? {};
  assert.deepEqual([network, pid, ipc, targetId], ["NODE", "TARGET", "NODE", "ffff"]);
});

test("a user by name has no numbers", () => {
  const inspect = { ...running, Config: { ...running.Config, User: "app" } };
  const container = readContainer(inspect, context);
  assert.equal(container?.config.security.runAsUsername, "app");
});

test("neither is made from the other, nor from a container that is not of a pod", () => {
  assert.equal(readSandbox(running, sandboxContext), undefined);
  assert.equal(readContainer(sandboxInspect, context), undefined);
  assert.equal(readContainer({ ...running, Name: "/elegant_carson" }, context), undefined);
  const Config = { ...running.Config, Labels: null };
  assert.equal(readContainer({ ...running, Config }, context), undefined);
});
