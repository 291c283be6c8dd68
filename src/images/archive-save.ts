import { once } from "node:events";
import type { Writable } from "node:stream";
import { formatReference, parseReference, referenceName } from "../model/image-reference.ts";
import type { BlobFiles } from "./blob-files.ts";
import type { Digest } from "./digest.ts";
import type { StoredImage } from "./image-catalog.ts";
import type { Descriptor } from "./manifest.ts";
import { blockBytes, paddingAfter } from "./tar/tar-header.ts";
import { tarHeader } from "./tar/tar-writer.ts";

/** An image to be written, by which of its names. */
export interface SavedImage {
  readonly stored: StoredImage;
  /** In full: `docker.io/library/busybox:1`. */
  readonly names: readonly string[];
}

/**
 * Writes images as one tar that docker of any version, containerd, podman and skopeo load: an OCI layout with docker's
 * manifest.json beside it, layers as packed as they came. Bytes go through memory in pieces of 256 KiB.
 */
export async function saveArchive(
  blobs: BlobFiles,
  images: readonly SavedImage[],
  output: Writable,
): Promise<void> {
  const sizes = new Map<Digest, number>();
  for (const { stored } of images) {
    for (const { digest, sizeBytes } of blobsOf(stored)) sizes.set(digest, sizeBytes);
  }
  await document(output, "oci-layout", { imageLayoutVersion: "1.0.0" });
  await document(output, "index.json", {
    schemaVersion: 2,
    manifests: images.flatMap(indexEntries),
  });
  await document(output, "manifest.json", images.map(dockerEntry));
  for (const [digest, sizeBytes] of sizes) {
    await write(output, tarHeader({ path: pathOf(digest), type: "0", mode: 0o644, sizeBytes }));
    for await (const chunk of blobs.stream(digest)) await write(output, chunk as Buffer);
    await write(output, Buffer.alloc(paddingAfter(sizeBytes)));
  }
  await write(output, Buffer.alloc(2 * blockBytes));
}

function blobsOf({ descriptor, manifest }: StoredImage): readonly Descriptor[] {
  return [descriptor, manifest.config, ...manifest.layers];
}

/** Names in two words: containerd's in full, and the tag alone, as skopeo wants it. */
function indexEntries({ stored: { descriptor }, names }: SavedImage): readonly object[] {
  return names.map((name) => ({
    mediaType: descriptor.mediaType,
    digest: descriptor.digest,
    size: descriptor.sizeBytes,
    annotations: {
      "io.containerd.image.name": name,
      "org.opencontainers.image.ref.name": parseReference(name).tag ?? "latest",
    },
  }));
}

function dockerEntry({ stored: { manifest }, names }: SavedImage): object {
  return {
    Config: pathOf(manifest.config.digest),
    RepoTags: names.map(familiar),
    Layers: manifest.layers.map(({ digest }) => pathOf(digest)),
  };
}

/** Docker knows its own registry's images by their short names only, in an archive. */
function familiar(name: string): string {
  const reference = parseReference(name);
  const full = formatReference(reference);
  const short = referenceName(reference).replace(/^docker\.io\/(library\/(?=[^/]+$))?/, "");
  return short + full.slice(referenceName(reference).length);
}

function pathOf(digest: Digest): string {
  return `blobs/${digest.replace(":", "/")}`;
}

async function document(output: Writable, path: string, value: unknown): Promise<void> {
  const bytes = Buffer.from(JSON.stringify(value));
  await write(output, tarHeader({ path, type: "0", mode: 0o644, sizeBytes: bytes.length }));
  await write(output, bytes);
  await write(output, Buffer.alloc(paddingAfter(bytes.length)));
}

async function write(output: Writable, bytes: Buffer): Promise<void> {
  if (bytes.length > 0 && !output.write(bytes)) await once(output, "drain");
}
