import assert from "node:assert/strict";
import { test } from "node:test";
import { refusalOf } from "../../../test/refusal.ts";
import { type Input, throughTheWire } from "../../../test/wire.ts";
import { decodeNamespaces, decodeSandboxNamespaces } from "./decode-namespaces.ts";

type Wire = Input<"NamespaceOption">;

function decode(wire: Wire): ReturnType<typeof decodeNamespaces> {
  return decodeNamespaces(throughTheWire("NamespaceOption", wire), "ns");
}

const shared = { network: "POD", pid: "POD", ipc: "POD", targetId: undefined, user: undefined };

test("nothing said means the pod's namespaces and no user namespace", () => {
  assert.deepEqual(decodeNamespaces(null, "ns"), shared);
  assert.deepEqual(decodeSandboxNamespaces(null, "ns"), shared);
  assert.deepEqual(decode({}), shared);
});

test("modes, a target and a user namespace are carried over", () => {
  const range = { hostId: 65_536, containerId: 0, length: 65_536 };
  const wire: Wire = {
    network: "NODE",
    pid: "TARGET",
    ipc: "CONTAINER",
    targetId: "abc",
    usernsOptions: { mode: "POD", uids: [range], gids: [range] },
  };
  assert.deepEqual(decode(wire), {
    network: "NODE",
    pid: "TARGET",
    ipc: "CONTAINER",
    targetId: "abc",
    user: { mode: "POD", uids: [range], gids: [range] },
  });
});

test("the node's user namespace needs no mapping", () => {
  assert.deepEqual(decode({ usernsOptions: { mode: "NODE" } }).user, {
    mode: "NODE",
    uids: [],
    gids: [],
  });
});

const range = { hostId: 1000, containerId: 0, length: 10 };
const bad: readonly (readonly [string, string, Wire])[] = [
  ["ns.pid", "a mode that does not exist", { pid: 9 as 0 }],
  ["ns.network", "a network of a target", { network: "TARGET", targetId: "abc" }],
  ["ns.ipc", "an ipc of a target", { ipc: "TARGET" }],
  ["ns.target_id", "a target without an id", { pid: "TARGET" }],
  ["ns.target_id", "an id without a target", { targetId: "abc" }],
  [
    "ns.userns_options.mode",
    "a user namespace per container",
    { usernsOptions: { mode: "CONTAINER" } },
  ],
  [
    "ns.userns_options.uids",
    "a user namespace without mappings",
    { usernsOptions: { mode: "POD" } },
  ],
  [
    "ns.userns_options.gids",
    "mappings of the node's user namespace",
    { usernsOptions: { mode: "NODE", gids: [range] } },
  ],
  [
    "ns.userns_options.uids[0].length",
    "an empty mapping",
    { usernsOptions: { mode: "POD", uids: [{ ...range, length: 0 }], gids: [range] } },
  ],
  [
    "ns.userns_options.gids[0].length",
    "a mapping beyond 32 bits",
    {
      usernsOptions: { uids: [range], gids: [{ hostId: 4294967290, containerId: 0, length: 10 }] },
    },
  ],
  [
    "ns.userns_options.uids",
    "mappings that overlap",
    {
      usernsOptions: { uids: [range, { hostId: 1009, containerId: 10, length: 1 }], gids: [range] },
    },
  ],
];

for (const [field, what, wire] of bad) {
  test(`${what} is refused`, () => {
    const message = refusalOf(() => decode(wire));
    assert.ok(message.startsWith(`${field}: `), message);
  });
}

test("a sandbox has no container to target", () => {
  const wire = throughTheWire("NamespaceOption", { pid: "TARGET", targetId: "abc" });
  assert.equal(
    refusalOf(() => decodeSandboxNamespaces(wire, "ns")),
    "ns.pid: must not be TARGET for a pod sandbox",
  );
});
