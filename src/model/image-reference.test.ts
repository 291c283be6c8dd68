import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { canonicalText, formatReference, parseReference } from "./image-reference.ts";

const hex = "0123456789abcdef".repeat(4);

test("references are completed as docker does", () => {
  const table = [
    ["busybox", "docker.io/library/busybox:latest"],
    ["busybox:1.36", "docker.io/library/busybox:1.36"],
    ["user/app", "docker.io/user/app:latest"],
    ["docker.io/busybox", "docker.io/library/busybox:latest"],
    ["index.docker.io/busybox", "docker.io/library/busybox:latest"],
    ["registry.k8s.io/pause:3.10", "registry.k8s.io/pause:3.10"],
    ["localhost/app", "localhost/app:latest"],
    ["localhost:5000/a/b/c:v1", "localhost:5000/a/b/c:v1"],
    ["127.0.0.1:5000/app", "127.0.0.1:5000/app:latest"],
    ["[::1]:5000/app:x", "[::1]:5000/app:x"],
    ["REGISTRY/app", "REGISTRY/app:latest"],
    [`busybox@sha256:${hex}`, `docker.io/library/busybox@sha256:${hex}`],
    [`r.io/a:v1@sha256:${hex}`, `r.io/a:v1@sha256:${hex}`],
    ["a__b/c-d.e_f--g", "docker.io/a__b/c-d.e_f--g:latest"],
  ] as const;
  for (const [text, expected] of table)
    assert.equal(formatReference(parseReference(text)), expected);
});

test("what is no reference is refused, and shown", () => {
  const table = [
    "",
    "Busybox",
    "busybox:",
    "busybox@",
    "busybox@sha256:12",
    `busybox@sha256:${hex}0`,
    `busybox@sha256:${hex.toUpperCase()}`,
    "a b",
    "/a",
    "a/",
    "a//b",
    "-a",
    "a..b/c",
    "r.io:port/a",
    "r.io/a:-v",
    `r.io/a:${"v".repeat(129)}`,
    hex,
    `r.io/${"a".repeat(255)}`,
  ];
  for (const text of table)
    assert.throws(
      () => parseReference(text),
      (error: Error) => error.message.includes(JSON.stringify(text)),
      text,
    );
});

test("a text that is none stays as it is where an engine gave it", () => {
  assert.equal(canonicalText("Odd"), "Odd");
});

test("a complete reference reads as itself", () => {
  const component = fc.stringMatching(/^[a-z0-9]{1,8}([._-][a-z0-9]{1,8})?$/);
  const path = fc.array(component, { minLength: 2, maxLength: 4 }).map((parts) => parts.join("/"));
  const domain = fc.constantFrom("docker.io", "r.example.com", "localhost:5000", "[fd00::1]:443");
  const tag = fc.stringMatching(/^\w[\w.-]{0,20}$/);
  fc.assert(
    fc.property(domain, path, tag, (registry, name, version) => {
      const text = `${registry}/${name}:${version}`;
      assert.deepEqual(parseReference(text), {
        domain: registry,
        path: name,
        tag: version,
        digest: undefined,
      });
      assert.equal(canonicalText(text), text);
    }),
  );
});

test("no text makes the parser do anything but read or refuse", () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 300 }), (text) => {
      const once = canonicalText(text);
      assert.equal(canonicalText(once), once);
    }),
  );
});
