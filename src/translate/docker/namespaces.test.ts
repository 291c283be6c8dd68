import assert from "node:assert/strict";
import { test } from "node:test";
import {
  docker20,
  examplePod,
  exampleSandbox,
  podNamespaces,
} from "../../../test/fixtures/docker-pod.ts";
import type { NamespaceOptions } from "../../model/security.ts";
import type { DockerHostConfig } from "./api.ts";
import { containerNamespaces } from "./namespaces.ts";

const join = `container:${exampleSandbox.id}`;

function fieldsOf(
  wanted: Partial<NamespaceOptions>,
  ofPod: Partial<NamespaceOptions> = {},
): DockerHostConfig {
  const namespaces = { ...podNamespaces, ...ofPod };
  const config = { ...examplePod, security: { ...examplePod.security, namespaces } };
  const sandbox = { ...exampleSandbox, config };
  return containerNamespaces({ ...podNamespaces, ...wanted }, sandbox, docker20);
}

test("a container joins its pod's network and ipc, and has its own pids by default", () => {
  assert.deepEqual(fieldsOf({}), { NetworkMode: join, IpcMode: join });
});

test("pids are the pod's, the node's or another container's on demand", () => {
  assert.equal(fieldsOf({ pid: "POD" }).PidMode, join);
  assert.equal(fieldsOf({ pid: "NODE" }).PidMode, "host");
  assert.equal(fieldsOf({ pid: "TARGET", targetId: "ab" }).PidMode, "container:ab");
  assert.throws(() => fieldsOf({ pid: "TARGET" }), { kind: "InvalidArgument" });
});

test("what the pod shares with the node its containers share, said again or not", () => {
  const fields = fieldsOf({ pid: "POD" }, { network: "NODE", pid: "NODE", ipc: "NODE" });
  assert.deepEqual(fields, {
    NetworkMode: join,
    IpcMode: "host",
    PidMode: "host",
    UTSMode: "host",
  });
});

test("modes and user namespaces that docker cannot give are refused", () => {
  const kind = "FailedPrecondition";
  assert.throws(() => fieldsOf({ network: "CONTAINER" }), { kind });
  assert.throws(() => fieldsOf({ ipc: "TARGET" }), { kind });
  assert.throws(() => fieldsOf({ user: { mode: "POD", uids: [], gids: [] } }), { kind });
  assert.equal(fieldsOf({ ipc: "CONTAINER" }).IpcMode, "private");
});
