import assert from "node:assert/strict";
import { test } from "node:test";
import { identifyNetns, netnsForDelete } from "./netns.ts";

const paths: Readonly<Record<string, string>> = {
  "/run/netns/a": "a",
  "/proc/7/ns/net": "b",
};
const identify = async (path: string) => paths[path];

const cases = [
  [
    "the engine's path, where it leads somewhere",
    "/proc/7/ns/net",
    "",
    undefined,
    "/proc/7/ns/net",
  ],
  ["nothing for an engine's path that is gone", "/proc/8/ns/net", "", undefined, ""],
  [
    "nothing for an engine's path that leads elsewhere than the attachment",
    "/proc/7/ns/net",
    "/proc/7/ns/net",
    "then",
    "",
  ],
  [
    "the record's path where the engine's leads elsewhere",
    "/proc/7/ns/net",
    "/run/netns/a",
    "a",
    "/run/netns/a",
  ],
  ["the record's path for one that is gone", "/proc/8/ns/net", "/run/netns/a", "a", "/run/netns/a"],
  [
    "the record's path where it is the same as then",
    undefined,
    "/proc/7/ns/net",
    "b",
    "/proc/7/ns/net",
  ],
  ["nothing where another is at the record's path", undefined, "/proc/7/ns/net", "then", ""],
  ["nothing where the record's path is gone", undefined, "/run/netns/z", "z", ""],
  ["a pinned path of another program", undefined, "/run/netns/a", undefined, "/run/netns/a"],
  ["no process's path of another program", undefined, "/proc/7/ns/net", undefined, ""],
] as const;
for (const [what, vouched, path, identity, expected] of cases) {
  test(`a DEL gets ${what}`, async () => {
    assert.equal(await netnsForDelete(vouched, { path, identity }, identify), expected);
  });
}

test("the kernel's answer: the node's own, other files and missing ones are no namespaces for pods", async () => {
  for (const path of ["/proc/self/ns/net", "/etc/hosts", "/proc/999999999/ns/net", "/nowhere"]) {
    assert.equal(await identifyNetns(path), undefined, path);
  }
});
