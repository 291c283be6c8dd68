import assert from "node:assert/strict";
import { test } from "node:test";
import { containerConfig, podSandboxConfig } from "../../../test/contract/requests.ts";
import { allCapabilities, defaultCapabilities } from "../../model/capability.ts";
import type { ContainerConfig } from "../../model/container.ts";
import { podSandboxId } from "../../model/ids.ts";
import type { Mount } from "../../model/mount.ts";
import { noResources } from "../../model/resources.ts";
import type { ContainerSecurityContext } from "../../model/security.ts";
import { containerSpec } from "./container-spec.ts";
import type { NodeFacts, OciInput } from "./oci-input.ts";

const node: NodeFacts = {
  capabilities: allCapabilities.filter((name) => name !== "SYS_RESOURCE"),
  minOomScoreAdj: 0,
  cgroupVersion: 1,
  apparmor: false,
  selinux: false,
  seccomp: true,
  hugepageSizes: ["2MB"],
  swapAccounting: true,
  recursiveReadOnly: false,
};

const plain = containerConfig("main", "image");

function input(config: Partial<ContainerConfig>, change: Partial<OciInput> = {}): OciInput {
  return {
    id: "c".repeat(64),
    config: { ...plain, ...config },
    sandbox: {
      id: podSandboxId("a".repeat(64)),
      engine: "runc",
      runtimeHandler: "",
      createdAtNanos: 1n,
      config: podSandboxConfig("pod"),
    },
    image: {
      env: ["A=image", "PATH=/bin"],
      entrypoint: ["/entry"],
      cmd: ["arg"],
      workingDir: "/work",
    },
    user: { uid: 1, gid: 2, supplementalGroups: [3] },
    rootfs: "/rootfs",
    namespaces: { network: "/ns/net", ipc: "/ns/ipc", uts: "/ns/uts", pid: "new", user: undefined },
    cgroupsPath: "/pod/c",
    podFiles: new Map([["/etc/hosts", "/pod/hosts"]]),
    shm: "/pod/shm",
    devices: [],
    imageFolders: new Map(),
    seccomp: undefined,
    node,
    ...change,
  };
}

const spec = (config: Partial<ContainerConfig>, change: Partial<OciInput> = {}) =>
  containerSpec(input(config, change));
const security = (change: Partial<ContainerSecurityContext>) => ({
  security: { ...plain.security, ...change },
});

function mount(containerPath: string, change: Partial<Mount> = {}): Mount {
  return {
    containerPath,
    hostPath: `/host${containerPath}`,
    readonly: false,
    recursiveReadOnly: false,
    selinuxRelabel: false,
    propagation: "PRIVATE",
    uidMappings: [],
    gidMappings: [],
    image: undefined,
    imageSubPath: "",
    mountOptions: [],
    ...change,
  };
}

test("what runs is the request's command, else the image's", () => {
  const args = (command: readonly string[], given: readonly string[]) =>
    spec({ command, args: given }).process.args;
  assert.deepEqual(args([], []), ["/entry", "arg"]);
  assert.deepEqual(args([], ["x"]), ["/entry", "x"]);
  assert.deepEqual(args(["c"], []), ["c"]);
  assert.deepEqual(args(["c"], ["x"]), ["c", "x"]);
  const image = { env: [], entrypoint: [], cmd: [], workingDir: "" };
  assert.throws(() => spec({ command: [] }, { image }), {
    kind: "InvalidArgument",
    message: /command/,
  });
});

test("later variables win, and every container has a PATH", () => {
  const envs = [{ key: "A", value: Buffer.from("own") }];
  const { env, cwd } = spec({ envs }).process;
  assert.deepEqual(env.toSorted(), ["A=own", "HOSTNAME=pod", "PATH=/bin"]);
  assert.equal(cwd, "/work");
  assert.ok(
    spec({}, { image: { env: [], entrypoint: [], cmd: [], workingDir: "" } }).process.env.some(
      (e) => e.startsWith("PATH=/usr"),
    ),
  );
});

test("a variable that cannot be said is refused without its value", () => {
  const table = [
    { key: "A=B", value: Buffer.from("v") },
    { key: "A", value: Buffer.from("secret\0") },
    { key: "A", value: Buffer.from([0x73, 0xff]) },
  ];
  for (const entry of table)
    assert.throws(
      () => spec({ envs: [entry] }),
      (error: Error) => !error.message.includes("secret"),
    );
});

test("capabilities are the default ones, changed as asked, and never more than the node has", () => {
  const of = (change: Partial<ContainerSecurityContext["capabilities"]>, privileged = false) =>
    spec(security({ privileged, capabilities: { add: [], drop: [], addAmbient: [], ...change } }))
      .process.capabilities;
  const named = (names: readonly string[]) => names.map((name) => `CAP_${name}`);
  assert.deepEqual(of({}).bounding, named(defaultCapabilities));
  assert.deepEqual(of({ drop: ["ALL"], add: ["NET_ADMIN"] }).effective, ["CAP_NET_ADMIN"]);
  assert.deepEqual(
    of({ add: ["ALL"], drop: ["SYS_ADMIN"] }).bounding.includes("CAP_SYS_ADMIN"),
    false,
  );
  assert.deepEqual(of({}, true).permitted, named(node.capabilities));
  const ambient = of({ addAmbient: ["NET_RAW"] });
  assert.deepEqual([ambient.ambient, ambient.inheritable], [["CAP_NET_RAW"], ["CAP_NET_RAW"]]);
  assert.throws(() => of({ add: ["SYS_RESOURCE"] }), { kind: "FailedPrecondition" });
  assert.throws(() => of({ add: ["FLY"] }), { kind: "InvalidArgument" });
});

test("the client's mounts come last, parents first, and replace ours at the same path", () => {
  const mounts = [mount("/data/sub"), mount("/data"), mount("/etc/hosts", { readonly: true })];
  const found = spec({ mounts }).mounts;
  const paths = found.map(({ destination }) => destination);
  assert.equal(paths.filter((path) => path === "/etc/hosts").length, 1);
  assert.ok(paths.indexOf("/data") < paths.indexOf("/data/sub"));
  assert.ok(paths.indexOf("/proc") < paths.indexOf("/data"));
  const hosts = found.find(({ destination }) => destination === "/etc/hosts");
  assert.equal(hosts?.source, "/host/etc/hosts");
  assert.ok(hosts?.options.includes("ro"));
});

test("propagation needs the root's, and recursive read-only a kernel that has it", () => {
  const shared = spec({ mounts: [mount("/m", { propagation: "BIDIRECTIONAL" })] });
  assert.equal(shared.linux.rootfsPropagation, "rshared");
  assert.ok(shared.mounts.at(-1)?.options.includes("rshared"));
  const deep = { mounts: [mount("/m", { recursiveReadOnly: true, readonly: true })] };
  assert.throws(() => spec(deep), { kind: "FailedPrecondition", message: /\/m/ });
  assert.ok(
    spec(deep, { node: { ...node, recursiveReadOnly: true } })
      .mounts.at(-1)
      ?.options.includes("rro"),
  );
  assert.throws(() => spec({ mounts: [mount("/m", { mountOptions: ["loud"] })] }), {
    message: /loud/,
  });
});

test("limits that are said are there, the kubelet's zeros for absent huge pages are not", () => {
  const resources = {
    ...noResources,
    cpuShares: 512,
    memoryLimitBytes: 1 << 20,
    memorySwapLimitBytes: 1 << 20,
    hugepageLimits: [
      { pageSize: "1GB", limitBytes: 0n },
      { pageSize: "2MB", limitBytes: 4n },
    ],
    unified: { "memory.high": "1" },
  };
  const { devices: _, ...limits } = spec({ resources }).linux.resources;
  assert.deepEqual(limits, {
    memory: { limit: 1 << 20, swap: 1 << 20 },
    cpu: { shares: 512 },
    hugepageLimits: [{ pageSize: "2MB", limit: 4 }],
  });
  const onV2 = spec({ resources }, { node: { ...node, cgroupVersion: 2, swapAccounting: false } });
  assert.deepEqual(onV2.linux.resources.unified, { "memory.high": "1" });
  assert.equal(onV2.linux.resources.memory?.swap, undefined);
  const wanted = { ...noResources, hugepageLimits: [{ pageSize: "1GB", limitBytes: 1n }] };
  assert.throws(() => spec({ resources: wanted }), { kind: "FailedPrecondition", message: /1GB/ });
});

test("namespaces are the pod's, but for those that are the node's or new", () => {
  const types = (change: Partial<OciInput["namespaces"]>) =>
    spec({}, { namespaces: { ...input({}).namespaces, ...change } }).linux.namespaces;
  assert.deepEqual(types({}), [
    { type: "mount" },
    { type: "network", path: "/ns/net" },
    { type: "ipc", path: "/ns/ipc" },
    { type: "uts", path: "/ns/uts" },
    { type: "pid" },
  ]);
  assert.deepEqual(types({ network: undefined, uts: undefined, ipc: undefined, pid: "host" }), [
    { type: "mount" },
  ]);
  assert.ok(
    types({ pid: { path: "/proc/7/ns/pid" } }).some(({ path }) => path === "/proc/7/ns/pid"),
  );
});

test("a privileged container is confined by nothing", () => {
  const { linux, mounts, process } = spec(
    security({ privileged: true, maskedPaths: ["/proc/kcore"], readonlyPaths: ["/proc/sys"] }),
  );
  assert.deepEqual([linux.maskedPaths, linux.readonlyPaths], [[], []]);
  assert.deepEqual(linux.resources.devices, [{ allow: true, access: "rwm" }]);
  assert.ok(mounts.find(({ destination }) => destination === "/sys")?.options.includes("rw"));
  assert.equal(process.apparmorProfile, undefined);
});

test("AppArmor is the default profile where the kernel has it, and refused by name where not", () => {
  const named = security({ apparmor: { type: "Localhost", ref: "mine" } });
  assert.throws(() => spec(named), { kind: "FailedPrecondition", message: /mine/ });
  const withIt = { node: { ...node, apparmor: true } };
  assert.equal(spec(named, withIt).process.apparmorProfile, "mine");
  assert.equal(spec({}, withIt).process.apparmorProfile, "cri-ferry-default");
  assert.equal(spec(security({ privileged: true }), withIt).process.apparmorProfile, "unconfined");
});
