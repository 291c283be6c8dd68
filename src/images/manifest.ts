import { CriError } from "../model/error.ts";
import { type Digest, parseDigest } from "./digest.ts";
import { type JsonObject, listIn, objectIn, parseObject, textIn, textsIn } from "./json-value.ts";
import { type ManifestKind, manifestKinds } from "./media-types.ts";

/** What content there is, by its address (OCI image-spec, descriptor.md). */
export interface Descriptor {
  readonly mediaType: string;
  readonly digest: Digest;
  readonly sizeBytes: number;
  readonly platform: Platform | undefined;
  readonly annotations: Readonly<Record<string, string>>;
}

/** What a program is built for, in Go's words: `linux`, `amd64`, `v8`. */
export interface Platform {
  readonly os: string;
  readonly architecture: string;
  /** `""` where the architecture has one only. */
  readonly variant: string;
}

/** One image: its configuration and its layers, the lowest first. */
export interface ImageManifest {
  readonly kind: "image";
  readonly config: Descriptor;
  readonly layers: readonly Descriptor[];
}

/** One name for several images, one for each platform. */
export interface ImageIndex {
  readonly kind: "index";
  readonly manifests: readonly Descriptor[];
}

/** No manifest is longer: registries refuse larger ones (distribution-spec, "Pushing Manifests"). */
export const maxManifestBytes = 4 << 20;
/** Overlay takes 500 lower folders at most (fs/overlayfs/params.h, OVL_MAX_STACK). */
const maxLayers = 500;
const maxManifests = 1_000;

/**
 * Reads a manifest. `mediaType` is what the server said it is, `""` when it said nothing; the document's own word counts, and must
 * not contradict it. Throws InvalidArgument for what is malformed, Unimplemented for kinds from before 2017.
 */
export function parseManifest(bytes: Uint8Array, mediaType: string): ImageManifest | ImageIndex {
  const json = parseObject(bytes, "manifest");
  if (json["schemaVersion"] !== 2) throw unknownKind(mediaType || "schemaVersion 1");
  const kind = kindOf(json, mediaType);
  // One document that reads as both would be one image for us and another for the next reader (CVE-2021-41190).
  const other = kind === "image" ? "manifests" : "layers";
  if (Object.hasOwn(json, other))
    throw new CriError("InvalidArgument", `manifest: an ${kind} may not have ${other}`);
  return kind === "image" ? imageOf(json) : indexOf(json);
}

/** Reads a descriptor. Throws InvalidArgument naming `what` it is of and the field. */
export function parseDescriptor(value: unknown, what: string): Descriptor {
  const json = objectIn(value, what);
  const size = json["size"];
  if (typeof size !== "number" || !Number.isSafeInteger(size) || size < 0)
    throw new CriError("InvalidArgument", `${what}.size: ${JSON.stringify(size)} is no size`);
  return {
    mediaType: textIn(json["mediaType"], `${what}.mediaType`),
    digest: parseDigest(json["digest"], `${what}.digest`),
    sizeBytes: size,
    platform: json["platform"] === undefined ? undefined : platformOf(json["platform"], what),
    annotations: textsIn(json["annotations"], `${what}.annotations`),
  };
}

function kindOf(json: JsonObject, said: string): ManifestKind {
  const own = textIn(json["mediaType"], "manifest.mediaType");
  const mediaType = own || said;
  const guess = Object.hasOwn(json, "manifests") ? "index" : "image";
  const kind = mediaType === "" ? guess : manifestKinds.get(mediaType);
  if (kind === undefined) throw unknownKind(mediaType);
  const saidKind = manifestKinds.get(said);
  if (saidKind === undefined || saidKind === kind) return kind;
  throw new CriError("InvalidArgument", `manifest: served as ${said}, but says it is ${own}`);
}

function imageOf(json: JsonObject): ImageManifest {
  const layers = listIn(json["layers"], "manifest.layers", maxLayers);
  return {
    kind: "image",
    config: parseDescriptor(json["config"], "manifest.config"),
    layers: layers.map((layer, index) => parseDescriptor(layer, `manifest.layers[${index}]`)),
  };
}

function indexOf(json: JsonObject): ImageIndex {
  const manifests = listIn(json["manifests"], "index.manifests", maxManifests);
  return {
    kind: "index",
    manifests: manifests.map((entry, index) => parseDescriptor(entry, `index.manifests[${index}]`)),
  };
}

function platformOf(value: unknown, what: string): Platform {
  const json = objectIn(value, `${what}.platform`);
  return {
    os: textIn(json["os"], `${what}.platform.os`),
    architecture: textIn(json["architecture"], `${what}.platform.architecture`),
    variant: textIn(json["variant"], `${what}.platform.variant`),
  };
}

function unknownKind(mediaType: string): CriError {
  const known = "docker schema 2 and OCI manifests and indexes";
  return new CriError("Unimplemented", `manifest: ${mediaType} is not known; ${known} are`);
}
