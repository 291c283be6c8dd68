import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { RegistryAuth } from "../../model/image.ts";
import { registryAuthHeader } from "./registry-auth.ts";

const decode = (header: string | undefined): unknown => {
  assert.match(header ?? "", /^[A-Za-z0-9_-]+={0,2}$/);
  assert.equal((header ?? "").length % 4, 0);
  return JSON.parse(Buffer.from(header ?? "", "base64url").toString());
};

test("no credentials, no header", () => {
  assert.equal(registryAuthHeader({ type: "anonymous" }), undefined);
});

test("each form has docker's spelling", () => {
  const serverAddress = "registry.test";
  const forms: readonly (readonly [RegistryAuth, object])[] = [
    [
      { type: "basic", username: "u", password: "p", serverAddress },
      { username: "u", password: "p" },
    ],
    [{ type: "identityToken", identityToken: "t", serverAddress }, { identitytoken: "t" }],
    [{ type: "registryToken", registryToken: "r", serverAddress }, { registrytoken: "r" }],
  ];
  for (const [auth, expected] of forms) {
    assert.deepEqual(decode(registryAuthHeader(auth)), {
      ...expected,
      serveraddress: serverAddress,
    });
  }
});

test("any password comes through, in the URL alphabet and padded", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), (password) => {
      const auth = { type: "basic", username: "ü", password, serverAddress: "" } as const;
      assert.equal((decode(registryAuthHeader(auth)) as { password: string }).password, password);
    }),
  );
});
