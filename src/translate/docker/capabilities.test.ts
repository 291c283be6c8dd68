import assert from "node:assert/strict";
import { test } from "node:test";
import { docker20, docker28, fullNode, nestedNode } from "../../../test/fixtures/docker-pod.ts";
import { capabilityFields } from "./capabilities.ts";

const full = { engine: docker20, limits: fullNode };
const nested = { engine: docker20, limits: nestedNode };
const nestedNew = { engine: docker28, limits: nestedNode };

function fieldsOf(
  add: readonly string[],
  drop: readonly string[],
  context: Parameters<typeof capabilityFields>[1],
): ReturnType<typeof capabilityFields> {
  return capabilityFields({ add, drop, addAmbient: [] }, context);
}

test("nothing asked for leaves docker's default", () => {
  assert.deepEqual(fieldsOf([], [], full), {});
  assert.deepEqual(fieldsOf([], [], nested), {});
});

test("single ones are passed on, and a drop outweighs an add", () => {
  assert.deepEqual(fieldsOf(["NET_ADMIN"], ["CHOWN"], full), {
    CapAdd: ["NET_ADMIN"],
    CapDrop: ["CHOWN"],
  });
  assert.deepEqual(fieldsOf(["KILL"], ["KILL"], full), { CapDrop: ["KILL"] });
});

test("dropping ALL leaves what is added by name, with ALL added too", () => {
  assert.deepEqual(fieldsOf([], ["ALL"], full), { CapDrop: ["ALL"] });
  assert.deepEqual(fieldsOf(["ALL", "KILL"], ["ALL"], full), {
    CapAdd: ["KILL"],
    CapDrop: ["ALL"],
  });
});

test("adding ALL is docker's ALL where nothing is missing", () => {
  assert.deepEqual(fieldsOf(["ALL"], ["CHOWN"], full), { CapAdd: ["ALL"], CapDrop: ["CHOWN"] });
  assert.deepEqual(fieldsOf(["ALL"], [], nestedNew), { CapAdd: ["ALL"] });
});

test("adding ALL on a nested node with docker 20.10 names each that is there", () => {
  const { CapAdd, CapDrop } = fieldsOf(["ALL"], ["CHOWN"], nested);
  assert.deepEqual(CapDrop, ["ALL"]);
  assert.equal(CapAdd?.length, 36);
  assert.equal(CapAdd?.includes("SYS_RESOURCE"), false);
  assert.equal(CapAdd?.includes("CHOWN"), false);
});

test("docker is not asked to drop what it does not know or have, which it would refuse", () => {
  assert.deepEqual(fieldsOf([], ["BPF", "KILL"], full), { CapDrop: ["KILL"] });
  assert.deepEqual(fieldsOf([], ["SYS_RESOURCE"], nestedNew), {});
});

test("a node without one of docker's default capabilities starts containers without it", () => {
  const limits = {
    ...fullNode,
    capabilities: fullNode.capabilities.filter((name) => name !== "MKNOD"),
  };
  const { CapAdd, CapDrop } = fieldsOf(["NET_ADMIN"], ["KILL"], { engine: docker20, limits });
  assert.deepEqual(CapDrop, ["ALL"]);
  assert.equal(CapAdd?.length, 13);
  assert.equal(CapAdd?.includes("MKNOD") || CapAdd?.includes("KILL"), false);
  assert.equal(CapAdd?.includes("NET_ADMIN"), true);
});

test("what cannot be given is refused with who lacks it", () => {
  const kind = "FailedPrecondition";
  assert.throws(() => fieldsOf(["SYS_RESOURCE"], [], nested), { kind, message: /this node/ });
  assert.throws(() => fieldsOf(["BPF"], [], full), { kind, message: /docker 20\.10\.24/ });
  const ambient = { add: [], drop: [], addAmbient: ["KILL"] };
  assert.throws(() => capabilityFields(ambient, full), { kind, message: /ambient/ });
});

test("names that are none are invalid", () => {
  assert.throws(() => fieldsOf(["FLY"], [], full), { kind: "InvalidArgument" });
  assert.throws(() => fieldsOf([], ["FLY"], full), { kind: "InvalidArgument" });
});
