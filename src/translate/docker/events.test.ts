import assert from "node:assert/strict";
import { test } from "node:test";
import { golden } from "../../../test/fixtures/docker-pod.ts";
import type { DockerEvent } from "./api.ts";
import { readEvent } from "./events.ts";

test("the events of a pod's short life, as dockerd 20.10 tells them", () => {
  const happenings = golden<readonly DockerEvent[]>("events").map(readEvent);
  const told = happenings.map((happening) => {
    if (happening?.type === "containerChanged") return happening.action;
    if (happening?.type === "containerDied") return `died ${happening.exitCode}`;
    return happening?.type;
  });
  assert.deepEqual(told, [
    "create",
    "start",
    "create",
    "start",
    undefined,
    "died 137",
    "containerGone",
    "create",
    "containerGone",
    undefined,
    "died 137",
    "containerGone",
  ]);
});

test("an exec's end tells which one", () => {
  const Attributes = { execID: "ab", exitCode: "3" };
  assert.deepEqual(
    readEvent({ Type: "container", Action: "exec_die", Actor: { ID: "c", Attributes } }),
    { type: "execDied", id: "c", execId: "ab", exitCode: 3 },
  );
});

test("images and the daemon's own events are told apart", () => {
  const tag = { Type: "image", Action: "tag", Actor: { ID: "sha256:1" } };
  assert.deepEqual(readEvent(tag), { type: "imagesChanged", id: "sha256:1" });
  assert.deepEqual(readEvent({ Type: "daemon", Action: "reload" }), { type: "engineReloaded" });
});

test("what changes nothing that is mirrored is dropped, and so is what is no event", () => {
  const dropped: readonly DockerEvent[] = [
    {},
    { Type: "network", Action: "connect" },
    { Type: "container", Action: "exec_create: sh -c true" },
    { Type: "container", Action: "attach" },
    { Type: "image", Action: "push" },
  ];
  for (const event of dropped) assert.equal(readEvent(event), undefined);
});
