import assert from "node:assert/strict";
import { test } from "node:test";
import { parseDigest } from "./digest.ts";
import type { Descriptor, Platform } from "./manifest.ts";
import { choosePlatform, platformOfNode } from "./platform.ts";

function entry(name: string): Descriptor {
  const [os = "", architecture = "", variant = ""] = name.split("/");
  return {
    mediaType: name,
    digest: parseDigest(`sha256:${"0".repeat(64)}`, "x"),
    sizeBytes: 1,
    platform: name === "" ? undefined : { os, architecture, variant },
    annotations: {},
  };
}

function chosen(names: readonly string[], platform: Platform): string | undefined {
  return choosePlatform({ kind: "index", manifests: names.map(entry) }, platform)?.mediaType;
}

test("the best variant that the machine runs is taken", () => {
  const table = [
    ["x64", ["linux/arm64", "linux/amd64"], "linux/amd64"],
    ["x64", ["linux/amd64/v1", "windows/amd64"], "linux/amd64/v1"],
    ["x64", ["linux/amd64/v3"], undefined],
    ["arm64", ["linux/arm64", "linux/arm64/v8"], "linux/arm64/v8"],
    ["arm64", ["linux/arm64"], "linux/arm64"],
    ["arm", ["linux/arm/v5", "linux/arm/v6", "linux/arm64"], "linux/arm/v6"],
    ["s390x", ["linux/amd64", ""], undefined],
    ["ppc64", ["linux/ppc64le"], "linux/ppc64le"],
  ] as const;
  for (const [arch, names, expected] of table)
    assert.equal(chosen(names, platformOfNode(arch)), expected, `${arch} of ${names.join()}`);
});
