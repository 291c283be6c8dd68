import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { CriError } from "../model/error.ts";
import { checkLayerCount, parseImageConfig } from "./image-config.ts";
import { parseManifest } from "./manifest.ts";

const hex = "0123456789abcdef".repeat(4);
const blob = { mediaType: "m", digest: `sha256:${hex}`, size: 7 };
const image = {
  schemaVersion: 2,
  mediaType: "application/vnd.oci.image.manifest.v1+json",
  config: blob,
  layers: [blob],
};
const index = {
  schemaVersion: 2,
  mediaType: "application/vnd.oci.image.index.v1+json",
  manifests: [{ ...blob, platform: { os: "linux", architecture: "amd64" } }],
};
const read = (json: object, mediaType = "") =>
  parseManifest(Buffer.from(JSON.stringify(json)), mediaType);

test("images and indexes are told apart by what they say of themselves, then by what the server says", () => {
  assert.equal(read(image).kind, "image");
  assert.equal(read(index).kind, "index");
  const { mediaType: _, ...silent } = image;
  assert.equal(read(silent).kind, "image");
  assert.equal(read(silent, "application/vnd.docker.distribution.manifest.v2+json").kind, "image");
  assert.equal(read(image, "text/plain").kind, "image");
});

test("descriptors are read whole", () => {
  assert.deepEqual(read(index), {
    kind: "index",
    manifests: [
      {
        mediaType: "m",
        digest: `sha256:${hex}`,
        sizeBytes: 7,
        platform: { os: "linux", architecture: "amd64", variant: "" },
        annotations: {},
      },
    ],
  });
});

test("what is wrong is named", () => {
  const table: readonly (readonly [object, string, string, RegExp])[] = [
    [{ ...image, manifests: [] }, "", "InvalidArgument", /may not have manifests/],
    [{ ...index, layers: [] }, "", "InvalidArgument", /may not have layers/],
    [image, index.mediaType, "InvalidArgument", /served as .*index/],
    [{ schemaVersion: 1 }, "", "Unimplemented", /schemaVersion 1/],
    [{ ...image, mediaType: "application/wasm" }, "", "Unimplemented", /application\/wasm/],
    [{ ...image, layers: [{ ...blob, size: -1 }] }, "", "InvalidArgument", /layers\[0\]\.size/],
    [{ ...image, layers: [{ ...blob, size: 1e30 }] }, "", "InvalidArgument", /size/],
    [{ ...image, layers: {} }, "", "InvalidArgument", /layers is no list/],
    [{ ...image, config: undefined }, "", "InvalidArgument", /manifest\.config/],
    [{ ...image, layers: Array.from({ length: 501 }, () => blob) }, "", "InvalidArgument", /501/],
  ];
  for (const [json, mediaType, kind, message] of table)
    assert.throws(() => read(json, mediaType), { kind, message });
});

test("a configuration tells user, command and the digests of the layers", () => {
  const config = parseImageConfig(
    Buffer.from(
      JSON.stringify({
        os: "linux",
        architecture: "amd64",
        config: { User: "1:2", Env: ["A=b"], Cmd: ["sh"], Volumes: { "/data": {} } },
        rootfs: { type: "layers", diff_ids: [`sha256:${hex}`] },
      }),
    ),
  );
  assert.equal(config.user, "1:2");
  assert.deepEqual(config.env, ["A=b"]);
  assert.deepEqual(config.cmd, ["sh"]);
  assert.deepEqual(config.entrypoint, []);
  assert.deepEqual(config.volumes, ["/data"]);
  checkLayerCount(config, 1);
  assert.throws(() => checkLayerCount(config, 2), {
    kind: "InvalidArgument",
    message: /1 entries/,
  });
});

test("no bytes make the readers throw anything but an error of ours", () => {
  const ours = (read: () => unknown) => {
    try {
      read();
    } catch (thrown) {
      assert.ok(thrown instanceof CriError, String(thrown));
    }
  };
  fc.assert(
    fc.property(fc.json(), fc.string(), (json, mediaType) => {
      ours(() => parseManifest(Buffer.from(json), mediaType));
      ours(() => parseImageConfig(Buffer.from(json)));
    }),
  );
  const mutated = fc.record(
    {
      schemaVersion: fc.constant(2),
      mediaType: fc.constantFrom(image.mediaType, index.mediaType, ""),
      config: fc.oneof(fc.constant(blob), fc.jsonValue()),
      layers: fc.oneof(fc.array(fc.oneof(fc.constant(blob), fc.jsonValue())), fc.jsonValue()),
      manifests: fc.jsonValue(),
    },
    { requiredKeys: ["schemaVersion"] },
  );
  fc.assert(
    fc.property(mutated, (json) =>
      ours(() => parseManifest(Buffer.from(JSON.stringify(json)), "")),
    ),
  );
});
