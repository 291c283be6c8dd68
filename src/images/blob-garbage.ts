import type { BlobFiles } from "./blob-files.ts";
import type { Digest } from "./digest.ts";
import type { NamedManifest } from "./layout-index.ts";
import { type Descriptor, maxManifestBytes, parseManifest } from "./manifest.ts";

/** Removes blobs that no name leads to, and what is left of downloads. Nobody may use the store meanwhile. Returns the bytes freed. */
export async function collectBlobs(
  blobs: BlobFiles,
  names: readonly NamedManifest[],
): Promise<number> {
  const needed = new Set<Digest>();
  for (const { target } of names) await mark(blobs, target, needed);
  let freed = await blobs.clearIngest();
  for (const digest of await blobs.digests()) {
    if (needed.has(digest)) continue;
    freed += (await blobs.sizeBytes(digest)) ?? 0;
    await blobs.remove(digest);
  }
  return freed;
}

/** An index leads to images that are not for this platform and were never brought: those lead nowhere. */
async function mark(blobs: BlobFiles, target: Descriptor, needed: Set<Digest>): Promise<void> {
  if (needed.has(target.digest)) return;
  needed.add(target.digest);
  const bytes = await blobs.document(target.digest, maxManifestBytes).catch(() => undefined);
  if (bytes === undefined) return;
  const manifest = parseManifest(bytes, target.mediaType);
  if (manifest.kind === "index") {
    for (const entry of manifest.manifests) await mark(blobs, entry, needed);
  } else {
    for (const { digest } of [manifest.config, ...manifest.layers]) needed.add(digest);
  }
}
