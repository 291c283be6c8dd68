import { CriError, messageOf } from "../model/error.ts";
import type { BlobFiles } from "./blob-files.ts";
import { forEachUntilFailure } from "./bounded-work.ts";
import { checkLayerCount, maxConfigBytes, parseImageConfig } from "./image-config.ts";
import { type Descriptor, type ImageManifest, type Platform, parseManifest } from "./manifest.ts";
import type { PartialBlob } from "./partial-blob.ts";
import { choosePlatform } from "./platform.ts";
import type { PullProgress } from "./pull-progress.ts";
import type { FetchedManifest, RegistryClient } from "./registry/registry-client.ts";

/** Connections that break off are taken up again as often as each brings something; else this often. */
const maxBrokenTries = 3;

/** What is needed to bring one image. */
export interface ImageFetch {
  /** Who may have it, the preferred first. */
  readonly sources: readonly RegistryClient[];
  readonly blobs: BlobFiles;
  readonly platform: Platform;
  readonly progress: PullProgress;
  /** Blobs that come at once. */
  readonly maxDownloads: number;
}

/** Brings a manifest with everything that this platform needs of it into the store; returns its descriptor. */
export async function fetchImage(
  fetch: ImageFetch,
  reference: string,
  signal: AbortSignal,
): Promise<Descriptor> {
  const top = await fetchManifest(fetch, reference, signal);
  const parsed = parseManifest(top.bytes, top.mediaType);
  await fetch.blobs.put(top.bytes);
  if (parsed.kind === "image") {
    await fetchContent(fetch, parsed, signal);
  } else {
    const chosen = choosePlatform(parsed, fetch.platform);
    if (chosen === undefined) throw noPlatform(fetch.platform, reference);
    const image = await fetchManifest(fetch, chosen.digest, signal);
    const manifest = parseManifest(image.bytes, image.mediaType);
    if (manifest.kind === "index")
      throw new CriError("InvalidArgument", `${reference}: an index within an index`);
    await fetch.blobs.put(image.bytes);
    await fetchContent(fetch, manifest, signal);
  }
  return {
    mediaType: top.mediaType,
    digest: top.digest,
    sizeBytes: top.bytes.length,
    platform: undefined,
    annotations: {},
  };
}

async function fetchManifest(
  fetch: ImageFetch,
  reference: string,
  signal: AbortSignal,
): Promise<FetchedManifest> {
  const fetched = await fromFirst(fetch.sources, (source) => source.manifest(reference, signal));
  fetch.progress.step();
  return fetched;
}

async function fetchContent(
  fetch: ImageFetch,
  { config, layers }: ImageManifest,
  signal: AbortSignal,
): Promise<void> {
  if (config.sizeBytes > maxConfigBytes)
    throw new CriError("InvalidArgument", `manifest.config.size: ${config.sizeBytes} is too much`);
  // Docker lists an empty layer as often as it was made.
  const distinct = new Map([config, ...layers].map((blob) => [blob.digest, blob]));
  const bring = (blob: Descriptor, limit: AbortSignal) => fetchBlob(fetch, blob, limit);
  await forEachUntilFailure([...distinct.values()], bring, { atOnce: fetch.maxDownloads, signal });
  const bytes = await fetch.blobs.document(config.digest, maxConfigBytes);
  checkLayerCount(parseImageConfig(bytes), layers.length);
}

async function fetchBlob(fetch: ImageFetch, blob: Descriptor, signal: AbortSignal): Promise<void> {
  if (await fetch.blobs.has(blob)) return;
  await using partial = await fetch.blobs.begin(blob.digest, signal);
  // Whoever had the lock before us may have brought it.
  if (await fetch.blobs.has(blob)) return;
  for (let broken = 0; partial.bytes < blob.sizeBytes; ) {
    const before = partial.bytes;
    const failure = await failureOf(
      fromFirst(fetch.sources, (source) => fetchRest({ fetch, source, blob, partial }, signal)),
    );
    if (signal.aborted) throw CriError.from(signal.reason, `blob ${blob.digest}`);
    broken = partial.bytes > before ? 0 : broken + 1;
    if (failure !== undefined && (failure.kind !== "Unavailable" || broken === maxBrokenTries))
      throw failure;
    if (broken === maxBrokenTries)
      throw new CriError("Unavailable", `blob ${blob.digest} ends before its end`);
  }
  await fetch.blobs.finish(blob.digest, partial);
  fetch.progress.step();
}

interface Rest {
  readonly fetch: ImageFetch;
  readonly source: RegistryClient;
  readonly blob: Descriptor;
  readonly partial: PartialBlob;
}

/** Takes what one source gives of a blob. Throws Unavailable when the connection breaks off; what came until then is kept. */
async function fetchRest(
  { fetch, source, blob, partial }: Rest,
  signal: AbortSignal,
): Promise<void> {
  const { body, offset } = await source.blob(blob, partial.bytes, signal);
  if (offset === 0 && partial.bytes > 0) await partial.restart();
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      fetch.progress.add(chunk.length);
      if (partial.bytes + chunk.length > blob.sizeBytes) throw tooLong(blob);
      await partial.append(chunk);
    }
  } catch (thrown) {
    if (thrown instanceof CriError) throw thrown;
    const message = `blob ${blob.digest} broke off: ${messageOf(thrown)}`;
    throw new CriError("Unavailable", message, { cause: thrown });
  }
}

async function failureOf(work: Promise<unknown>): Promise<CriError | undefined> {
  try {
    await work;
    return undefined;
  } catch (thrown) {
    return CriError.from(thrown, "pull");
  }
}

/** Asks one after the other until one gives it. Throws what the last said, the registry itself, with the mirrors' words before it. */
async function fromFirst<T>(
  sources: readonly RegistryClient[],
  ask: (source: RegistryClient) => Promise<T>,
): Promise<T> {
  const complaints: string[] = [];
  for (const [at, source] of sources.entries()) {
    try {
      return await ask(source);
    } catch (thrown) {
      const isLast = at === sources.length - 1;
      const error = CriError.from(thrown, "pull");
      if (["Cancelled", "DeadlineExceeded", "ResourceExhausted"].includes(error.kind)) throw error;
      complaints.push(messageOf(error));
      if (isLast) throw new CriError(error.kind, complaints.join("; "), { cause: thrown });
    }
  }
  throw new CriError("FailedPrecondition", "no host is configured that could give the image");
}

function tooLong({ digest, sizeBytes }: Descriptor): CriError {
  return new CriError("InvalidArgument", `blob ${digest} is longer than its ${sizeBytes} bytes`);
}

function noPlatform({ os, architecture, variant }: Platform, reference: string): CriError {
  const wanted = [os, architecture, variant].filter(Boolean).join("/");
  return new CriError("NotFound", `${reference} has no image for ${wanted}`);
}
