import assert from "node:assert/strict";
import { test } from "node:test";
import { exampleSecurity, secured } from "../../../test/fixtures/docker-pod.ts";
import type { ContainerUser } from "../../model/container.ts";
import type { ContainerSecurityContext } from "../../model/security.ts";
import { needsImageUser, userPart } from "./container-user.ts";

type Security = Partial<ContainerSecurityContext>;

const known: ContainerUser = { uid: 1000, gid: 1000, supplementalGroups: [50_000] };

function userOf(security: Security, imageUser?: ContainerUser): readonly unknown[] {
  const part = userPart(secured(security, { imageUser }));
  return [part.config?.User, part.hostConfig?.GroupAdd];
}

test("policy Merge: docker itself adds the image's groups unless a group is named, then we do", () => {
  const supplementalGroups = [60_000];
  assert.deepEqual(userOf({}), [undefined, undefined]);
  assert.deepEqual(userOf({ runAsUser: 1000, supplementalGroups }), ["1000", ["60000"]]);
  assert.deepEqual(userOf({ runAsUsername: "app" }), ["app", undefined]);
  const withGroup = { runAsUser: 1000, runAsGroup: 7, supplementalGroups };
  assert.deepEqual(userOf(withGroup, known), ["1000:7", ["60000", "50000"]]);
  assert.deepEqual(userOf({ runAsUsername: "app", runAsGroup: 7 }), ["app:7", undefined]);
});

test("policy Strict: the group is always named, so that docker adds none", () => {
  const strict: Security = { supplementalGroupsPolicy: "Strict", supplementalGroups: [60_000] };
  assert.deepEqual(userOf({ ...strict, runAsUser: 1000 }, known), ["1000:1000", ["60000"]]);
  assert.deepEqual(userOf(strict, known), ["1000:1000", ["60000"]]);
  assert.deepEqual(userOf({ ...strict, runAsUser: 5, runAsGroup: 6 }), ["5:6", ["60000"]]);
  assert.throws(() => userOf({ ...strict, runAsUser: 1000 }), { kind: "FailedPrecondition" });
});

test("the image's files are wanted exactly where docker would not read them as asked", () => {
  const table = [
    [{}, false],
    [{ runAsUser: 1 }, false],
    [{ runAsUser: 1, runAsGroup: 2 }, true],
    [{ runAsUser: 1, supplementalGroupsPolicy: "Strict" }, true],
    [{ runAsUser: 1, runAsGroup: 2, supplementalGroupsPolicy: "Strict" }, false],
  ] as const;
  for (const [security, expected] of table)
    assert.equal(needsImageUser({ ...exampleSecurity, ...security }), expected);
});

test("a group without a user is invalid", () => {
  assert.throws(() => userOf({ runAsGroup: 7 }), {
    kind: "InvalidArgument",
    message: /runAsGroup/,
  });
});

test("numbers that docker cannot hold are refused", () => {
  for (const security of [{ runAsUser: 2 ** 31 }, { runAsUser: 1, supplementalGroups: [2 ** 31] }])
    assert.throws(() => userOf(security), { kind: "FailedPrecondition" });
});
