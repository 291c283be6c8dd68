import assert from "node:assert/strict";
import { test } from "node:test";
import {
  docker20,
  docker28,
  exampleContainer,
  exampleInput,
  examplePod,
  exampleSandbox,
  info28,
  nestedNode,
  podNamespaces,
  secured,
  version28,
} from "../../../test/fixtures/docker-pod.ts";
import type { Mount } from "../../model/mount.ts";
import type { DockerHostConfig } from "./api.ts";
import type { ContainerCreateInput } from "./container-create-input.ts";
import { imageMountsToResolve, mountsPart } from "./container-mounts.ts";
import { engineFacts } from "./engine.ts";

const bind: Mount = {
  containerPath: "/data",
  hostPath: "/srv/data",
  readonly: false,
  recursiveReadOnly: false,
  selinuxRelabel: true,
  propagation: "PRIVATE",
  uidMappings: [],
  gidMappings: [],
  image: undefined,
  imageSubPath: "",
  mountOptions: [],
};
const ofImage: Mount = {
  ...bind,
  hostPath: "",
  readonly: true,
  image: { ...exampleContainer.image, image: "sha256:11" },
};

function fieldsOf(
  mounts: readonly Mount[],
  rest?: Partial<ContainerCreateInput>,
): DockerHostConfig {
  return mountsPart(exampleInput({ mounts }, rest)).hostConfig ?? {};
}

test("a mount is a bind, and propagation is said only where it is not docker's default", () => {
  const table = [
    ["PRIVATE", undefined],
    ["HOST_TO_CONTAINER", { Propagation: "rslave" }],
    ["BIDIRECTIONAL", { Propagation: "rshared" }],
  ] as const;
  for (const [propagation, BindOptions] of table)
    assert.deepEqual(fieldsOf([{ ...bind, propagation }]).Mounts, [
      {
        Type: "bind",
        Source: "/srv/data",
        Target: "/data",
        ...(BindOptions === undefined ? {} : { BindOptions }),
      },
    ]);
});

test("read-only is of the top mount alone, which newer engines have to be told", () => {
  const mounts = [{ ...bind, readonly: true }];
  const expected = { Type: "bind", Source: "/srv/data", Target: "/data", ReadOnly: true };
  assert.deepEqual(fieldsOf(mounts).Mounts, [expected]);
  const BindOptions = { ReadOnlyNonRecursive: true };
  assert.deepEqual(fieldsOf(mounts, { engine: docker28 }).Mounts, [{ ...expected, BindOptions }]);
});

test("recursive read-only is forced where the runtime can, and refused elsewhere", () => {
  const mounts = [{ ...bind, readonly: true, recursiveReadOnly: true }];
  const [mount] = fieldsOf(mounts, { engine: docker28 }).Mounts ?? [];
  assert.deepEqual(mount?.BindOptions, { ReadOnlyForceRecursive: true });
  assert.equal(mount?.ReadOnly, true);
  const refused = { kind: "FailedPrecondition", message: /mounts \/data: recursive read-only/ };
  assert.throws(() => fieldsOf(mounts), refused);
  assert.throws(() => fieldsOf(mounts, { engine: docker28, runtime: "runsc" }), refused);
});

test("id-mapped mounts and mount options are refused, but for those that docker has", () => {
  const uidMappings = [{ hostId: 1, containerId: 0, length: 1 }];
  assert.throws(() => fieldsOf([{ ...bind, uidMappings }]), { kind: "FailedPrecondition" });
  assert.throws(() => fieldsOf([{ ...bind, mountOptions: ["noexec"] }]), { message: /noexec/ });
  assert.equal(fieldsOf([{ ...bind, mountOptions: ["ro"] }]).Mounts?.[0]?.ReadOnly, true);
});

test("relabelling needs the older form of a bind, where SELinux is on", () => {
  const engine = { ...docker20, selinux: true };
  const mounts = [{ ...bind, readonly: true, propagation: "HOST_TO_CONTAINER" as const }];
  assert.deepEqual(fieldsOf(mounts, { engine }), {
    Mounts: [],
    Binds: ["/srv/data:/data:ro,Z,rslave"],
  });
  assert.equal(fieldsOf(mounts).Binds, undefined);
  const refused = { kind: "FailedPrecondition" };
  assert.throws(() => fieldsOf([{ ...bind, hostPath: "/a:b" }], { engine }), refused);
});

test("the pod's files are bound, to be written unless the root is read-only or the client mounts its own", () => {
  const podFiles = "/root/pod-files/5a";
  const [resolvConf, hosts] = ["resolv.conf", "hosts"].map((name) => ({
    Type: "bind",
    Source: `${podFiles}/${name}`,
    Target: `/etc/${name}`,
  }));
  assert.deepEqual(fieldsOf([], { podFiles }), { Mounts: [resolvConf, hosts] });
  const readOnly = mountsPart(secured({ readonlyRootfs: true }, { podFiles }));
  const expected = [resolvConf, hosts].map((mount) => ({ ...mount, ReadOnly: true }));
  assert.deepEqual(readOnly.hostConfig?.Mounts, expected);
  const own = { ...bind, containerPath: "/etc/hosts/" };
  const sources = fieldsOf([own], { podFiles }).Mounts?.map((mount) => mount.Source);
  assert.deepEqual(sources, ["/srv/data", `${podFiles}/resolv.conf`]);
  const engine = { ...docker20, selinux: true };
  assert.deepEqual(fieldsOf([{ ...own, selinuxRelabel: false }], { podFiles, engine }).Binds, [
    `${podFiles}/resolv.conf:/etc/resolv.conf:rw,z`,
  ]);
});

test("an image is mounted by docker 28, from a folder before that", () => {
  const mounts = [{ ...ofImage, imageSubPath: "a/b" }];
  assert.deepEqual(fieldsOf(mounts, { engine: docker28 }).Mounts, [
    { Type: "image", Source: "sha256:11", Target: "/data", ImageOptions: { Subpath: "a/b" } },
  ]);
  const imageFolders = new Map([["/data", "/run/image/a/b"]]);
  assert.deepEqual(fieldsOf(mounts, { imageFolders }).Mounts, [
    { Type: "bind", Source: "/run/image/a/b", Target: "/data", ReadOnly: true },
  ]);
  assert.throws(() => fieldsOf(mounts), { kind: "FailedPrecondition" });
});

test("the caller resolves what the engine cannot mount: all, then repeated and named ones, then none", () => {
  const again = { ...ofImage, containerPath: "/again" };
  const named = { ...ofImage, image: { ...exampleContainer.image, image: "r.io/a:1" } };
  const config = { ...exampleContainer, mounts: [bind, ofImage, again, named] };
  assert.deepEqual(imageMountsToResolve(config, docker20), [ofImage, again, named]);
  assert.deepEqual(imageMountsToResolve(config, docker28), [again, named]);
  const docker29 = engineFacts({ ...version28, Version: "29.7.2", ApiVersion: "1.55" }, info28);
  assert.deepEqual(imageMountsToResolve(config, docker29), []);
});

test("a container made privileged in parts has a writable /sys on the host's network alone", () => {
  const namespaces = { ...podNamespaces, network: "NODE" } as const;
  const config = { ...examplePod, security: { ...examplePod.security, namespaces } };
  const sandbox = { ...exampleSandbox, config };
  const rest = { limits: nestedNode, sandbox };
  const part = mountsPart(secured({ privileged: true }, rest));
  assert.deepEqual(part.hostConfig?.Mounts, [{ Type: "bind", Source: "/sys", Target: "/sys" }]);
  const onPodNetwork = mountsPart(secured({ privileged: true }, { limits: nestedNode }));
  assert.deepEqual(onPodNetwork.hostConfig?.Mounts, []);
  const native = mountsPart(secured({ privileged: true }, { sandbox }));
  assert.deepEqual(native.hostConfig?.Mounts, []);
});
