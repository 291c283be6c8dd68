import assert from "node:assert/strict";
import { test } from "node:test";
import { refusalOf } from "../../../test/refusal.ts";
import { type Input, throughTheWire } from "../../../test/wire.ts";
import { decodeRegistryAuth } from "./decode-registry-auth.ts";

function decode(auth: Input<"AuthConfig">): ReturnType<typeof decodeRegistryAuth> {
  return decodeRegistryAuth(throughTheWire("AuthConfig", auth), "auth");
}

function base64(text: string): string {
  return Buffer.from(text).toString("base64");
}

test("no credentials, and empty ones, are anonymous", () => {
  assert.deepEqual(decodeRegistryAuth(null, "auth"), { type: "anonymous" });
  assert.deepEqual(decode({ serverAddress: "r.test" }), { type: "anonymous" });
});

test("a user and a password", () => {
  assert.deepEqual(decode({ username: "u", password: "p:q", serverAddress: "r.test" }), {
    type: "basic",
    username: "u",
    password: "p:q",
    serverAddress: "r.test",
  });
});

test("the same in base64, padded or not, with a colon in the password and NUL behind it", () => {
  const expected = { type: "basic", username: "user", password: "a:b", serverAddress: "" };
  assert.deepEqual(decode({ auth: base64("user:a:b") }), expected);
  assert.deepEqual(decode({ auth: base64("user:a:b").replaceAll("=", "") }), expected);
  assert.deepEqual(decode({ auth: base64("user:a:b\0\0") }), expected);
});

test("tokens", () => {
  assert.deepEqual(decode({ identityToken: "i" }), {
    type: "identityToken",
    identityToken: "i",
    serverAddress: "",
  });
  assert.deepEqual(decode({ registryToken: "r" }), {
    type: "registryToken",
    registryToken: "r",
    serverAddress: "",
  });
});

test("of several kinds the most specific counts", () => {
  const all = { username: "u", password: "p", auth: base64("a:b"), identityToken: "i" };
  assert.equal(decode({ ...all, registryToken: "r" }).type, "registryToken");
  assert.equal(decode(all).type, "identityToken");
  assert.deepEqual(decode({ ...all, identityToken: "" }), {
    type: "basic",
    username: "u",
    password: "p",
    serverAddress: "",
  });
});

test("what cannot be credentials is refused by the field's name, without the secret", () => {
  const cases: readonly (readonly [string, Input<"AuthConfig">])[] = [
    ["auth.username", { password: "hunter2" }],
    ["auth.auth", { auth: "hunter2 not base64" }],
    ["auth.auth", { auth: base64("hunter2") }],
    ["auth.auth", { auth: base64(":hunter2") }],
    ["auth.registry_token", { registryToken: "hunter2\r\nHost: x" }],
    ["auth.identity_token", { identityToken: "hunter2\n" }],
    ["auth.server_address", { serverAddress: "a\nb", registryToken: "hunter2" }],
  ];
  for (const [field, auth] of cases) {
    const message = refusalOf(() => decode(auth));
    assert.ok(message.startsWith(`${field}: `), message);
    assert.ok(!message.includes("hunter2"), message);
    assert.ok(!message.includes(base64("hunter2").slice(0, 8)), message);
  }
});
