import assert from "node:assert/strict";
import { test } from "node:test";
import { throughTheWire } from "../../../test/wire.ts";
import { imageId } from "../../model/ids.ts";
import type { Image } from "../../model/image.ts";
import { encodeImage, encodeImageFsInfo } from "./encode-image.ts";

const image: Image = {
  id: imageId("sha256:abc"),
  repoTags: ["r.test/busybox:1"],
  repoDigests: ["r.test/busybox@sha256:def"],
  sizeBytes: 9_007_199_254_740_993n,
  uid: 0,
  username: "",
  pinned: true,
};

test("an image whose user is a number, root included", () => {
  assert.deepEqual(throughTheWire("Image", encodeImage(image)), {
    id: "sha256:abc",
    repoTags: ["r.test/busybox:1"],
    repoDigests: ["r.test/busybox@sha256:def"],
    size: "9007199254740993",
    uid: { value: "0" },
    username: "",
    spec: null,
    pinned: true,
  });
});

test("an image whose user is a name has no uid", () => {
  const wire = encodeImage({ ...image, uid: undefined, username: "nobody" });
  assert.deepEqual([wire.uid, wire.username], [null, "nobody"]);
});

test("file systems of images and of writable layers", () => {
  const usage = { timestampNanos: 1n, mountpoint: "/var/lib/x", usedBytes: 2n, inodesUsed: 3n };
  const wire = encodeImageFsInfo({ imageFilesystems: [usage], containerFilesystems: [] });
  assert.deepEqual(throughTheWire("ImageFsInfoResponse", wire), {
    imageFilesystems: [
      {
        timestamp: "1",
        fsId: { mountpoint: "/var/lib/x" },
        usedBytes: { value: "2" },
        inodesUsed: { value: "3" },
      },
    ],
    containerFilesystems: [],
  });
});
