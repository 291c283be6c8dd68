import type { Readable } from "node:stream";
import { CriError } from "../model/error.ts";
import { formatReference, parseReference } from "../model/image-reference.ts";
import type { BlobFiles } from "./blob-files.ts";
import { checkLayerCount, maxConfigBytes, parseImageConfig } from "./image-config.ts";
import { type JsonObject, listIn, objectIn, parseObject, textIn } from "./json-value.ts";
import type { NamedManifest } from "./layout-index.ts";
import { type Descriptor, maxManifestBytes, parseDescriptor } from "./manifest.ts";
import type { StagedBlob } from "./staged-blob.ts";
import { layerPath } from "./tar/layer-path.ts";
import { type TarMember, TarParser } from "./tar/tar-parser.ts";

/** The names by which other programs tell an OCI archive's images. */
const nameKeys = ["io.containerd.image.name", "org.opencontainers.image.ref.name"];

/** What an archive holds, once it is read. */
interface Contents {
  /** Path → the blob that its bytes have become. */
  readonly files: Map<string, Descriptor>;
  /** Path → path, for layers that several images share. */
  readonly links: Map<string, string>;
}

/**
 * Reads the images of an archive, as `docker save` and `skopeo copy … oci-archive:` write them, into the store; returns their names,
 * which are not in the index yet. Any number of bytes passes, none is held.
 * Throws InvalidArgument for what is no such archive, is damaged, or names nothing.
 */
export async function loadArchive(
  blobs: BlobFiles,
  archive: Readable,
  signal: AbortSignal,
): Promise<readonly NamedManifest[]> {
  const contents = await readContents(blobs, archive, signal);
  const named = contents.files.has("index.json") ? await ociImages(blobs, contents) : [];
  if (named.length > 0) return named;
  if (contents.files.has("manifest.json")) return await dockerImages(blobs, contents);
  throw new CriError(
    "InvalidArgument",
    "archive: it has neither a manifest.json nor an index.json that names an image",
  );
}

async function readContents(
  blobs: BlobFiles,
  archive: Readable,
  signal: AbortSignal,
): Promise<Contents> {
  const contents: Contents = { files: new Map(), links: new Map() };
  const parser = new TarParser();
  await using stack = new AsyncDisposableStack();
  let open: { readonly path: string; readonly blob: StagedBlob } | undefined;
  const close = async (): Promise<void> => {
    if (open === undefined) return;
    contents.files.set(open.path, await open.blob.keep());
    open = undefined;
  };
  for await (const chunk of archive as AsyncIterable<Buffer>) {
    signal.throwIfAborted();
    for (const piece of parser.push(chunk)) {
      if (piece.kind === "data") await open?.blob.append(piece.bytes);
      if (piece.kind !== "member") continue;
      await close();
      const path = noteLink(contents, piece.member);
      if (path !== undefined) open = { path, blob: stack.use(await blobs.stage()) };
    }
  }
  parser.finish();
  await close();
  return contents;
}

/** Returns the path of a file; takes a link's target down; anything else is of no interest. */
function noteLink(
  { links }: Contents,
  { path: raw, type, linkPath }: TarMember,
): string | undefined {
  const path = layerPath(raw);
  if (type === "0") return path;
  const folder = path.split("/").slice(0, -1);
  if (type === "2") links.set(path, resolved([...folder, ...linkPath.split("/")]));
  if (type === "1") links.set(path, layerPath(linkPath));
  return undefined;
}

/** `a/b/../c` → `a/c`: links lead from folder to folder within the archive. */
function resolved(parts: readonly string[]): string {
  const path: string[] = [];
  for (const part of parts) {
    if (part === "..") path.pop();
    else if (part !== "" && part !== ".") path.push(part);
  }
  return path.join("/");
}

function fileAt({ files, links }: Contents, path: string): Descriptor {
  const found = files.get(path) ?? files.get(links.get(path) ?? "");
  if (found !== undefined) return found;
  throw new CriError("InvalidArgument", `archive: ${JSON.stringify(path)} is missing in it`);
}

/** An OCI layout; its blobs have become ours already, under the digests that they truly have. */
async function ociImages(blobs: BlobFiles, contents: Contents): Promise<readonly NamedManifest[]> {
  const { digest } = fileAt(contents, "index.json");
  const index = parseObject(await blobs.document(digest, maxManifestBytes), "index.json");
  return listIn(index["manifests"], "index.json.manifests").flatMap((entry, at) => {
    const target = parseDescriptor(entry, `index.json.manifests[${at}]`);
    const name = nameKeys
      .map((key) => target.annotations[key] ?? "")
      .find((text) => text.includes("/"));
    if (name === undefined) return [];
    fileAt(contents, `blobs/${target.digest.replace(":", "/")}`);
    return [
      { name: formatReference(parseReference(name)), target: { ...target, annotations: {} } },
    ];
  });
}

/** Docker's own form: a list of configurations, names and layers (moby's image/spec, "Combined Image JSON + Filesystem Changeset"). */
async function dockerImages(
  blobs: BlobFiles,
  contents: Contents,
): Promise<readonly NamedManifest[]> {
  const { digest } = fileAt(contents, "manifest.json");
  const bytes = await blobs.document(digest, maxManifestBytes);
  const list = listIn(jsonOf(bytes), "manifest.json");
  const named: NamedManifest[] = [];
  for (const [at, entry] of list.entries()) {
    const what = `manifest.json[${at}]`;
    const image = objectIn(entry, what);
    const target = await dockerImage(blobs, contents, { json: image, what });
    for (const tag of listIn(image["RepoTags"], `${what}.RepoTags`)) {
      const name = formatReference(parseReference(textIn(tag, `${what}.RepoTags`)));
      named.push({ name, target });
    }
  }
  if (named.length > 0) return named;
  throw new CriError("InvalidArgument", "archive: manifest.json gives its images no names");
}

/** Returns a manifest for the image, made here: the archive has none. The image's id, its configuration's digest, stays. */
async function dockerImage(
  blobs: BlobFiles,
  contents: Contents,
  { json, what }: { readonly json: JsonObject; readonly what: string },
): Promise<Descriptor> {
  const config = fileAt(contents, layerPath(textIn(json["Config"], `${what}.Config`)));
  const layers = listIn(json["Layers"], `${what}.Layers`).map((path) =>
    fileAt(contents, layerPath(textIn(path, `${what}.Layers`))),
  );
  const bytes = await blobs.document(config.digest, maxConfigBytes);
  checkLayerCount(parseImageConfig(bytes), layers.length);
  const mediaType = "application/vnd.oci.image.manifest.v1+json";
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType,
      config: wire({ ...config, mediaType: "application/vnd.oci.image.config.v1+json" }),
      layers: await Promise.all(layers.map(async (layer) => wire(await layerOf(blobs, layer)))),
    }),
  );
  const digest = await blobs.put(manifest);
  return { mediaType, digest, sizeBytes: manifest.length, platform: undefined, annotations: {} };
}

/** Layers lie in archives as they are or packed; the first bytes tell. */
async function layerOf(blobs: BlobFiles, layer: Descriptor): Promise<Descriptor> {
  const base = "application/vnd.oci.image.layer.v1.tar";
  const head = await blobs.head(layer.digest, 4);
  if (head.readUInt16BE(0) === 0x1f8b) return { ...layer, mediaType: `${base}+gzip` };
  if (head.readUInt32LE(0) === 0xfd2fb528) return { ...layer, mediaType: `${base}+zstd` };
  return { ...layer, mediaType: base };
}

function wire({ mediaType, digest, sizeBytes }: Descriptor) {
  return { mediaType, digest, size: sizeBytes };
}

function jsonOf(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString());
  } catch (thrown) {
    throw new CriError("InvalidArgument", "archive: manifest.json is no JSON", { cause: thrown });
  }
}
