import assert from "node:assert/strict";
import { test } from "node:test";
import { docker20, docker28, nestedNode, secured } from "../../../test/fixtures/docker-pod.ts";
import type { ContainerSecurityContext } from "../../model/security.ts";
import type { DockerHostConfig } from "./api.ts";
import type { ContainerCreateInput } from "./container-create-input.ts";
import { seccompFile, securityPart } from "./container-security.ts";

function hostConfigOf(
  security: Partial<ContainerSecurityContext>,
  rest?: Partial<ContainerCreateInput>,
): DockerHostConfig {
  return securityPart(secured(security, rest)).hostConfig ?? {};
}

test("masked and read-only paths are exactly those asked for, none included", () => {
  const asked = hostConfigOf({ maskedPaths: ["/proc/a"], readonlyPaths: ["/proc/b"] });
  assert.deepEqual(asked.MaskedPaths, ["/proc/a"]);
  assert.deepEqual(asked.ReadonlyPaths, ["/proc/b"]);
  assert.deepEqual(hostConfigOf({ maskedPaths: [], readonlyPaths: [] }).MaskedPaths, []);
});

test("docker's own privileged mode is used where the node has every capability, or docker looks itself", () => {
  const expected = {
    Privileged: true,
    ReadonlyRootfs: false,
    MaskedPaths: [],
    ReadonlyPaths: [],
    SecurityOpt: ["label=disable", "seccomp=unconfined", "apparmor=unconfined"],
  };
  assert.deepEqual(hostConfigOf({ privileged: true }), expected);
  const nested = { limits: nestedNode, engine: docker28 };
  assert.deepEqual(hostConfigOf({ privileged: true }, nested), expected);
});

test("on a nested node with docker 20.10, privileged is said in parts without the missing capability", () => {
  const fields = hostConfigOf({ privileged: true }, { limits: nestedNode });
  assert.equal(fields.Privileged, undefined);
  assert.deepEqual(fields.CapDrop, ["ALL"]);
  assert.equal(fields.CapAdd?.length, 37);
  assert.equal(fields.CapAdd?.includes("SYS_RESOURCE"), false);
  assert.equal(fields.CapAdd?.includes("BPF"), false);
  assert.deepEqual(fields.MaskedPaths, []);
  assert.deepEqual(fields.SecurityOpt, [
    "label=disable",
    "seccomp=unconfined",
    "apparmor=unconfined",
  ]);
});

const localhost = { type: "Localhost", ref: "/profiles/a.json" } as const;

test("a privileged container is not confined whatever profile it names", () => {
  const fields = hostConfigOf({ privileged: true, seccomp: localhost, apparmor: localhost });
  assert.deepEqual(fields.SecurityOpt, [
    "label=disable",
    "seccomp=unconfined",
    "apparmor=unconfined",
  ]);
  assert.equal(seccompFile(true, localhost), undefined);
});

test("seccomp: nothing said is unconfined, RuntimeDefault is docker's, Localhost is the file's content", () => {
  assert.deepEqual(hostConfigOf({ seccomp: undefined }).SecurityOpt, ["seccomp=unconfined"]);
  assert.deepEqual(hostConfigOf({ seccomp: { type: "RuntimeDefault" } }).SecurityOpt, []);
  const seccompProfile = '{\n "defaultAction": "SCMP_ACT_ALLOW"\n}';
  assert.deepEqual(hostConfigOf({ seccomp: localhost }, { seccompProfile }).SecurityOpt, [
    'seccomp={"defaultAction":"SCMP_ACT_ALLOW"}',
  ]);
  assert.equal(seccompFile(false, localhost), "/profiles/a.json");
});

test("a seccomp file that is no JSON object is invalid, and named", () => {
  for (const seccompProfile of [undefined, "{", "[]", "null", '"x"'])
    assert.throws(() => hostConfigOf({ seccomp: localhost }, { seccompProfile }), {
      kind: "InvalidArgument",
      message: /\/profiles\/a\.json/,
    });
});

test("profiles that docker would pass over in silence are refused", () => {
  const engine = { ...docker20, seccomp: false };
  const refused = { kind: "FailedPrecondition" };
  assert.throws(() => hostConfigOf({ seccomp: { type: "RuntimeDefault" } }, { engine }), refused);
  assert.throws(() => hostConfigOf({ apparmor: { type: "Localhost", ref: "p" } }), refused);
  assert.deepEqual(hostConfigOf({ seccomp: undefined }, { engine }).SecurityOpt, [
    "seccomp=unconfined",
  ]);
});

test("AppArmor, SELinux and no-new-privileges become docker's options", () => {
  const security = {
    apparmor: { type: "Localhost", ref: "profile-a" },
    selinux: { user: "u", role: "", type: "t", level: "s0:c1,c2" },
    noNewPrivs: true,
  } as const;
  const options = hostConfigOf(security, { engine: docker28 }).SecurityOpt;
  const labels = ["label=user:u", "label=type:t", "label=level:s0:c1,c2"];
  assert.deepEqual(options, [...labels, "apparmor=profile-a", "no-new-privileges"]);
  const unconfined = hostConfigOf({ apparmor: { type: "Unconfined" } }, { engine: docker28 });
  assert.deepEqual(unconfined.SecurityOpt, ["apparmor=unconfined"]);
});
