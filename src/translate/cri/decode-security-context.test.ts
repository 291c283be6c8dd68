import assert from "node:assert/strict";
import { test } from "node:test";
import { refusalOf } from "../../../test/refusal.ts";
import { type Input, throughTheWire } from "../../../test/wire.ts";
import { decodeContainerSecurity, decodeSandboxSecurity } from "./decode-security-context.ts";

type ContainerWire = Input<"LinuxContainerSecurityContext">;
type SandboxWire = Input<"LinuxSandboxSecurityContext">;

function decodeContainer(wire: ContainerWire): ReturnType<typeof decodeContainerSecurity> {
  return decodeContainerSecurity(throughTheWire("LinuxContainerSecurityContext", wire), "s");
}

function decodeSandbox(wire: SandboxWire): ReturnType<typeof decodeSandboxSecurity> {
  return decodeSandboxSecurity(throughTheWire("LinuxSandboxSecurityContext", wire), "s");
}

const unsaid = {
  namespaces: { network: "POD", pid: "POD", ipc: "POD", targetId: undefined, user: undefined },
  privileged: false,
  selinux: undefined,
  runAsUser: undefined,
  runAsGroup: undefined,
  readonlyRootfs: false,
  supplementalGroups: [],
  supplementalGroupsPolicy: "Merge",
  seccomp: undefined,
  apparmor: undefined,
};

test("an absent message and an empty one mean the same", () => {
  assert.deepEqual(decodeSandboxSecurity(null, "s"), unsaid);
  assert.deepEqual(decodeSandbox({}), unsaid);
  const container = {
    ...unsaid,
    runAsUsername: undefined,
    capabilities: { add: [], drop: [], addAmbient: [] },
    noNewPrivs: false,
    maskedPaths: [],
    readonlyPaths: [],
  };
  assert.deepEqual(decodeContainerSecurity(null, "s"), container);
  assert.deepEqual(decodeContainer({}), container);
});

test("every field of a container's context is carried over", () => {
  const wire: ContainerWire = {
    capabilities: {
      addCapabilities: ["NET_ADMIN", "cap_sys_time", "all"],
      dropCapabilities: ["CAP_CHOWN"],
      addAmbientCapabilities: ["net_raw"],
    },
    privileged: true,
    selinuxOptions: { user: "system_u", role: "system_r", type: "svirt_t", level: "s0:c1,c2" },
    runAsUser: { value: 0 },
    runAsGroup: { value: 4_294_967_294 },
    readonlyRootfs: true,
    supplementalGroups: [0, 1234],
    supplementalGroupsPolicy: "Strict",
    noNewPrivs: true,
    maskedPaths: ["/proc/kcore"],
    readonlyPaths: ["/proc/sys"],
    seccomp: { profileType: "Localhost", localhostRef: "/profiles/a.json" },
    apparmor: { profileType: "Unconfined" },
  };
  assert.deepEqual(decodeContainer(wire), {
    ...unsaid,
    privileged: true,
    selinux: { user: "system_u", role: "system_r", type: "svirt_t", level: "s0:c1,c2" },
    runAsUser: 0,
    runAsGroup: 4_294_967_294,
    readonlyRootfs: true,
    supplementalGroups: [0, 1234],
    supplementalGroupsPolicy: "Strict",
    seccomp: { type: "Localhost", ref: "/profiles/a.json" },
    apparmor: { type: "Unconfined" },
    runAsUsername: undefined,
    capabilities: {
      add: ["NET_ADMIN", "SYS_TIME", "ALL"],
      drop: ["CHOWN"],
      addAmbient: ["NET_RAW"],
    },
    noNewPrivs: true,
    maskedPaths: ["/proc/kcore"],
    readonlyPaths: ["/proc/sys"],
  });
});

test("an SELinux label without any part is none", () => {
  assert.equal(decodeSandbox({ selinuxOptions: {} }).selinux, undefined);
});

test("profiles of older callers are texts, and lose against the message", () => {
  const texts: Readonly<Record<string, unknown>> = {
    "": undefined,
    "runtime/default": { type: "RuntimeDefault" },
    "docker/default": { type: "RuntimeDefault" },
    unconfined: { type: "Unconfined" },
    "localhost//p/a.json": { type: "Localhost", ref: "/p/a.json" },
  };
  for (const [text, profile] of Object.entries(texts)) {
    assert.deepEqual(decodeContainer({ seccompProfilePath: text }).seccomp, profile);
    assert.deepEqual(decodeSandbox({ seccompProfilePath: text }).seccomp, profile);
  }
  assert.deepEqual(decodeContainer({ apparmorProfile: "localhost/my-profile" }).apparmor, {
    type: "Localhost",
    ref: "my-profile",
  });
  const both: ContainerWire = { seccomp: {}, seccompProfilePath: "unconfined" };
  assert.deepEqual(decodeContainer(both).seccomp, { type: "RuntimeDefault" });
});

test("the old prefix in the new message is taken off", () => {
  const seccomp = { profileType: "Localhost", localhostRef: "localhost//p/a.json" } as const;
  assert.deepEqual(decodeSandbox({ seccomp }).seccomp, { type: "Localhost", ref: "/p/a.json" });
});

test("a user by name may have a group", () => {
  const decoded = decodeContainer({ runAsUsername: "nobody", runAsGroup: { value: 7 } });
  assert.deepEqual([decoded.runAsUsername, decoded.runAsGroup], ["nobody", 7]);
});

const bad: readonly (readonly [string, string, ContainerWire])[] = [
  ["run_as_group", "a group without a user", { runAsGroup: { value: 1 } }],
  ["run_as_username", "a user twice", { runAsUser: { value: 1 }, runAsUsername: "root" }],
  ["run_as_username", "a group behind the user's name", { runAsUsername: "root:root" }],
  ["run_as_username", "a user's name of two lines", { runAsUsername: "a\nb" }],
  ["run_as_user.value", "a negative user", { runAsUser: { value: -1 } }],
  ["run_as_user.value", "a user beyond 32 bits", { runAsUser: { value: 4_294_967_295 } }],
  ["supplemental_groups[1]", "a negative group", { supplementalGroups: [1, -1] }],
  ["supplemental_groups_policy", "an unknown policy", { supplementalGroupsPolicy: 5 as 1 }],
  ["seccomp.profile_type", "an unknown profile type", { seccomp: { profileType: 7 as 2 } }],
  ["seccomp.localhost_ref", "no seccomp file", { seccomp: { profileType: "Localhost" } }],
  [
    "seccomp.localhost_ref",
    "a relative seccomp file",
    { seccomp: { profileType: "Localhost", localhostRef: "a.json" } },
  ],
  [
    "seccomp.localhost_ref",
    "a file for the default profile",
    { seccomp: { profileType: "RuntimeDefault", localhostRef: "/a.json" } },
  ],
  ["apparmor.localhost_ref", "no AppArmor name", { apparmor: { profileType: "Localhost" } }],
  ["seccomp_profile_path", "an unknown text", { seccompProfilePath: "default" }],
  ["seccomp_profile_path", "a relative file in a text", { seccompProfilePath: "localhost/a" }],
  ["apparmor_profile", "an empty name in a text", { apparmorProfile: "localhost/" }],
  [
    "capabilities.drop_capabilities[0]",
    "no capability",
    { capabilities: { dropCapabilities: [""] } },
  ],
  [
    "capabilities.add_capabilities[1]",
    "two capabilities in one",
    { capabilities: { addCapabilities: ["CHOWN", "A,B"] } },
  ],
  ["selinux_options.type", "a second option in a label", { selinuxOptions: { type: "t,rw" } }],
  ["selinux_options.level", "a quote in a label", { selinuxOptions: { level: 's0"' } }],
  ["masked_paths[0]", "a relative masked path", { maskedPaths: ["proc"] }],
  ["readonly_paths[0]", "an empty read-only path", { readonlyPaths: [""] }],
  ["namespace_options.network", "an unknown mode", { namespaceOptions: { network: 8 as 0 } }],
];

for (const [field, what, wire] of bad) {
  test(`${what} is refused`, () => {
    const message = refusalOf(() => decodeContainer(wire));
    assert.ok(message.startsWith(`s.${field}: `), message);
  });
}

test("a sandbox's group needs a user too", () => {
  const message = refusalOf(() => decodeSandbox({ runAsGroup: { value: 1 } }));
  assert.equal(message, "s.run_as_group: must not be set without run_as_user");
});
