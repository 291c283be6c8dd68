import assert from "node:assert/strict";
import { test } from "node:test";
import { resolveImageUser } from "./image-user.ts";

const passwd = "# users\nroot:x:0:0:root:/root:/bin/sh\napp:x:1000:1001::/:/bin/sh\n\n";
const group = "root:x:0:\napp:x:1001:\nextra:x:50000:other,app\nmore:x:50001:app\n";

test("users are found by name and by number, with their groups", () => {
  const app = { uid: 1000, gid: 1001, supplementalGroups: [50_000, 50_001] };
  assert.deepEqual(resolveImageUser({ user: "app", passwd, group }), app);
  assert.deepEqual(resolveImageUser({ user: "1000", passwd, group }), app);
  assert.deepEqual(resolveImageUser({ user: "app:extra", passwd, group }), { ...app, gid: 50_000 });
  assert.deepEqual(resolveImageUser({ user: "1000:7", passwd, group }), { ...app, gid: 7 });
});

test("no user is root, and an unknown number has group 0", () => {
  const none = { passwd: "", group: "" };
  assert.deepEqual(resolveImageUser({ user: "", ...none }).uid, 0);
  const expected = { uid: 42, gid: 0, supplementalGroups: [] };
  assert.deepEqual(resolveImageUser({ user: "42", ...none }), expected);
});

test("unknown names are refused", () => {
  const kind = "FailedPrecondition";
  assert.throws(() => resolveImageUser({ user: "nobody", passwd, group }), { kind });
  assert.throws(() => resolveImageUser({ user: "app:nobody", passwd, group }), { kind });
});
