import assert from "node:assert/strict";
import { test } from "node:test";
import {
  docker20,
  docker28,
  examplePod,
  fullNode,
  nestedNode,
  podNamespaces,
} from "../../../test/fixtures/docker-pod.ts";
import type { PodSandboxConfig } from "../../model/pod-sandbox.ts";
import type { DockerCreateBody } from "./api.ts";
import { type SandboxCreateInput, sandboxCreate } from "./sandbox-create.ts";

function input(
  config: Partial<PodSandboxConfig> = {},
  rest: Partial<SandboxCreateInput> = {},
): SandboxCreateInput {
  return {
    config: { ...examplePod, ...config },
    image: "registry.k8s.io/pause:3.10",
    runtime: "",
    engine: docker20,
    limits: fullNode,
    seccompProfile: undefined,
    ...rest,
  };
}

function bodyOf(
  config: Partial<PodSandboxConfig>,
  rest?: Partial<SandboxCreateInput>,
): DockerCreateBody {
  return sandboxCreate(input(config, rest)).body;
}

function secured(security: Partial<PodSandboxConfig["security"]>): Partial<PodSandboxConfig> {
  return { security: { ...examplePod.security, ...security } };
}

test("a kubelet's sandbox becomes the pause container that dockershim would have made", () => {
  assert.deepEqual(sandboxCreate(input()), {
    name: "k8s_POD_web-0_shop_6a3f6b0e-5d5f-4c62_2",
    body: {
      Image: "registry.k8s.io/pause:3.10",
      Hostname: "web-0",
      NetworkDisabled: true,
      Healthcheck: { Test: ["NONE"] },
      Labels: {
        app: "web",
        "io.kubernetes.pod.name": "web-0",
        "annotation.kubernetes.io/config.source": "api",
        "io.kubernetes.docker.type": "podsandbox",
        "io.kubernetes.container.name": "POD",
      },
      HostConfig: {
        NetworkMode: "none",
        IpcMode: "shareable",
        CgroupParent: "/kubepods/burstable/pod6a3f6b0e",
        RestartPolicy: { Name: "no" },
        LogConfig: { Type: "none" },
        ShmSize: 67_108_864,
        Init: false,
        CpuShares: 2,
        OomScoreAdj: -998,
        ReadonlyRootfs: false,
        SecurityOpt: ["no-new-privileges"],
        Sysctls: { "net.core.somaxconn": "1024" },
      },
    },
  });
});

test("a pod on the host's namespaces has the host's name too", () => {
  const namespaces = { ...podNamespaces, network: "NODE", pid: "NODE", ipc: "NODE" } as const;
  const body = bodyOf({ ...secured({ namespaces }), hostname: "ignored" });
  assert.equal(body.Hostname, undefined);
  assert.equal(body.NetworkDisabled, undefined);
  const { NetworkMode, IpcMode, PidMode, UTSMode } = body.HostConfig;
  assert.deepEqual([NetworkMode, IpcMode, PidMode, UTSMode], ["host", "host", "host", "host"]);
});

test("a node without CAP_SYS_RESOURCE clamps the pause process's OOM score", () => {
  assert.equal(bodyOf({}, { limits: nestedNode }).HostConfig.OomScoreAdj, 0);
});

test("the systemd driver gets the slice's own name", () => {
  const cgroupParent = "/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod1.slice";
  const body = bodyOf({ cgroupParent }, { engine: docker28 });
  assert.equal(body.HostConfig.CgroupParent, "kubepods-burstable-pod1.slice");
  assert.throws(() => bodyOf({}, { engine: docker28 }), {
    kind: "FailedPrecondition",
    message: /must end in a \.slice/,
  });
});

test("the handler's runtime is passed on", () => {
  assert.equal(bodyOf({}, { runtime: "runsc" }).HostConfig.Runtime, "runsc");
});

test("user and groups are numbers, and a group needs a user", () => {
  const body = bodyOf(secured({ runAsUser: 65535, runAsGroup: 7, supplementalGroups: [9] }));
  assert.equal(body.User, "65535:7");
  assert.deepEqual(body.HostConfig.GroupAdd, ["9"]);
  assert.throws(() => bodyOf(secured({ runAsGroup: 7 })), { kind: "InvalidArgument" });
  assert.throws(() => bodyOf(secured({ runAsUser: 2 ** 31 })), { kind: "FailedPrecondition" });
});

test("a hostname that the kernel would refuse is refused", () => {
  assert.throws(() => bodyOf({ hostname: "a".repeat(65) }), { kind: "InvalidArgument" });
  assert.equal(bodyOf({ hostname: "a".repeat(64) }).Hostname?.length, 64);
});

test("RuntimeDefault does not fail a sandbox where docker has no seccomp", () => {
  const engine = { ...docker20, seccomp: false };
  const options = bodyOf({}, { engine }).HostConfig.SecurityOpt;
  assert.deepEqual(options, ["seccomp=unconfined", "no-new-privileges"]);
});

test("a privileged pod's pause container mounts a writable sysfs, so that its containers can", () => {
  const privileged = secured({ privileged: true });
  assert.equal(bodyOf(privileged).HostConfig.Privileged, true);
  assert.deepEqual(bodyOf(privileged).HostConfig.SecurityOpt, ["no-new-privileges"]);
  assert.equal(bodyOf(privileged, { limits: nestedNode }).HostConfig.Privileged, undefined);
});

test("user namespaces per pod are refused; a remapping daemon is told to use the node's", () => {
  const own = { ...podNamespaces, user: { mode: "POD", uids: [], gids: [] } } as const;
  assert.throws(() => bodyOf(secured({ namespaces: own })), { kind: "FailedPrecondition" });
  const engine = { ...docker20, usernsRemap: true };
  assert.equal(bodyOf({}, { engine }).HostConfig.UsernsMode, "host");
});
