import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { parseChallenges } from "./challenge.ts";

test("challenges are read as servers write them", () => {
  const table: readonly (readonly [string, ReturnType<typeof parseChallenges>])[] = [
    [
      'Bearer realm="https://a.io/token",service="registry.a.io",scope="repository:x:pull,push"',
      [
        {
          scheme: "bearer",
          parameters: {
            realm: "https://a.io/token",
            service: "registry.a.io",
            scope: "repository:x:pull,push",
          },
        },
      ],
    ],
    ['Basic realm="a \\"b\\" c"', [{ scheme: "basic", parameters: { realm: 'a "b" c' } }]],
    [
      'Negotiate, Basic realm=x, charset="UTF-8"',
      [
        { scheme: "negotiate", parameters: {} },
        { scheme: "basic", parameters: { realm: "x", charset: "UTF-8" } },
      ],
    ],
    ["", []],
    ['="', []],
  ];
  for (const [header, expected] of table)
    assert.deepEqual(parseChallenges(header), expected, header);
});

test("no header keeps the reader busy", () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 2_000 }), (header) => {
      assert.ok(parseChallenges(header).length <= header.length);
    }),
  );
});
