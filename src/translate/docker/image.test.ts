import assert from "node:assert/strict";
import { test } from "node:test";
import { golden } from "../../../test/fixtures/docker-pod.ts";
import { findImage, imageRefOf } from "../../model/image-lookup.ts";
import type { DockerImageInspect } from "./api.ts";
import { readImage, readImageListEntry } from "./image.ts";

const inspect = golden<DockerImageInspect>("image-inspect");
const idOf = (digit: string): string => `sha256:${digit.repeat(64)}`;
const digest = idOf("d");

const app = readImage(
  {
    ...inspect,
    Id: idOf("a"),
    RepoTags: ["app:1", "r.io/app:1"],
    RepoDigests: [`app@${digest}`],
  },
  false,
);
const other = readImage({ ...inspect, Id: `sha256:ab${"c".repeat(62)}`, RepoTags: [] }, false);
const images = [app, other];

test("an image is read as docker shows it, names in full", () => {
  assert.deepEqual(readImage(inspect, true), {
    id: inspect.Id,
    repoTags: ["cri-ferry.test/d-box:1"],
    repoDigests: [],
    sizeBytes: BigInt(inspect.Size),
    uid: undefined,
    username: "",
    pinned: true,
  });
  assert.deepEqual(app.repoTags, ["docker.io/library/app:1", "r.io/app:1"]);
});

test("the user is a number or a name, and the group no matter", () => {
  const table = [
    ["1000", 1000, ""],
    ["1000:1000", 1000, ""],
    ["app:app", undefined, "app"],
    ["", undefined, ""],
  ] as const;
  for (const [User, uid, username] of table) {
    const image = readImage({ ...inspect, Config: { User } }, false);
    assert.deepEqual([image.uid, image.username], [uid, username]);
  }
  assert.equal(readImage({ ...inspect, Config: null }, false).username, "");
});

test("an untagged image has no names, and an empty one a size above 0", () => {
  const entry = {
    Id: idOf("e"),
    RepoTags: ["<none>:<none>"],
    RepoDigests: ["<none>@<none>"],
    Size: 0,
  };
  const image = readImageListEntry(entry, false);
  assert.deepEqual([image.repoTags, image.repoDigests, image.sizeBytes], [[], [], 1n]);
  assert.deepEqual(readImageListEntry({ ...entry, RepoTags: null }, false).repoTags, []);
});

test("an image is found by id, short id, tag and digest in any of their forms", () => {
  const texts = [
    app.id,
    "a".repeat(64),
    "aaaa",
    "sha256:aaaaaa",
    "app:1",
    "docker.io/library/app:1",
    "index.docker.io/app:1",
    "r.io/app:1",
    `app@${digest}`,
    `docker.io/library/app:7@${digest}`,
  ];
  for (const text of texts) assert.equal(findImage(images, text), app, text);
});

test("what fits no image is not found", () => {
  const texts = [
    "app",
    "app:2",
    "r.io/app",
    `r.io/app@${digest}`,
    "ffff",
    "aaa",
    idOf("f"),
    "",
    "?",
  ];
  for (const text of texts) assert.equal(findImage(images, text), undefined, text);
});

test("a short id of two images is an error", () => {
  const twin = {
    ...other,
    id: readImage({ ...inspect, Id: `sha256:abcc${"d".repeat(60)}` }, false).id,
  };
  assert.throws(() => findImage([...images, twin], "abcc"), { kind: "InvalidArgument" });
  assert.equal(findImage([...images, twin], "abccd"), twin);
});

test("a container's image is shown by repo digest where there is one", () => {
  assert.equal(imageRefOf(app), `docker.io/library/app@${digest}`);
  assert.equal(imageRefOf(other), other.id);
});
