import assert from "node:assert/strict";
import { test } from "node:test";
import { pullError } from "./pull-errors.ts";

const cases = [
  ["manifest for 127.0.0.1:5000/a:2 not found: manifest unknown: manifest unknown", "NotFound"],
  ["no matching manifest for linux/arm64/v8 in the manifest list entries", "NotFound"],
  ["name unknown: repository name not known to registry", "NotFound"],
  ["unauthorized: authentication required", "PermissionDenied"],
  [
    'Head "https://r/v2/a/manifests/1": unauthorized: incorrect username or password',
    "PermissionDenied",
  ],
  [
    "pull access denied for a, repository does not exist or may require 'docker login': denied: requested access to the resource is denied",
    "PermissionDenied",
  ],
  [
    'Get "http://127.0.0.1:1/v2/": dial tcp 127.0.0.1:1: connect: connection refused',
    "Unavailable",
  ],
  ['Get "https://no.test/v2/": dial tcp: lookup no.test: no such host', "Unavailable"],
  ['Get "https://r/v2/": net/http: TLS handshake timeout', "Unavailable"],
  ['Get "https://r/v2/": x509: certificate signed by unknown authority', "Unavailable"],
  ["toomanyrequests: You have reached your pull rate limit.", "Unavailable"],
  ["received unexpected HTTP status: 503 Service Unavailable", "Unavailable"],
  ["unexpected EOF", "Unavailable"],
  ["failed to register layer: write /x: no space left on device", "ResourceExhausted"],
  ["filesystem layer verification failed for digest sha256:00", "Internal"],
] as const;

for (const [words, kind] of cases) {
  test(`"${words.slice(0, 60)}" is ${kind}`, () => {
    const error = pullError("r/a:1", words);
    assert.equal(error.kind, kind);
    assert.equal(error.message, `cannot pull r/a:1: ${words}`);
  });
}
