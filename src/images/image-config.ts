import { CriError } from "../model/error.ts";
import { type Digest, parseDigest } from "./digest.ts";
import { listIn, objectIn, parseObject, textIn } from "./json-value.ts";
import type { Platform } from "./manifest.ts";

/** What an image says about the containers made from it (OCI image-spec, config.md). */
export interface ImageConfig {
  readonly platform: Platform;
  /** Digests of the layers' tars before they were packed, the lowest first. */
  readonly diffIds: readonly Digest[];
  readonly user: string;
  readonly env: readonly string[];
  readonly entrypoint: readonly string[];
  readonly cmd: readonly string[];
  readonly workingDir: string;
  readonly stopSignal: string;
  /** Paths that the image's author meant for volumes. */
  readonly volumes: readonly string[];
}

/** Larger ones are attacks: each line of a Dockerfile takes some hundred bytes. */
export const maxConfigBytes = 8 << 20;

/** Reads an image's configuration. Throws InvalidArgument naming the field. */
export function parseImageConfig(bytes: Uint8Array): ImageConfig {
  const json = parseObject(bytes, "image config");
  const rootfs = objectIn(json["rootfs"] ?? {}, "image config.rootfs");
  const config = objectIn(json["config"] ?? {}, "image config.config");
  const texts = (key: string): readonly string[] =>
    listIn(config[key], `image config.config.${key}`).map((entry, index) =>
      textIn(entry, `image config.config.${key}[${index}]`),
    );
  const text = (key: string): string => textIn(config[key], `image config.config.${key}`);
  return {
    platform: {
      os: textIn(json["os"], "image config.os"),
      architecture: textIn(json["architecture"], "image config.architecture"),
      variant: textIn(json["variant"], "image config.variant"),
    },
    diffIds: listIn(rootfs["diff_ids"], "image config.rootfs.diff_ids").map((entry, index) =>
      parseDigest(entry, `image config.rootfs.diff_ids[${index}]`),
    ),
    user: text("User"),
    env: texts("Env"),
    entrypoint: texts("Entrypoint"),
    cmd: texts("Cmd"),
    workingDir: text("WorkingDir"),
    stopSignal: text("StopSignal"),
    volumes: Object.keys(objectIn(config["Volumes"] ?? {}, "image config.config.Volumes")),
  };
}

/** Throws InvalidArgument when a configuration does not tell the digest of each of so many layers. */
export function checkLayerCount({ diffIds }: ImageConfig, layers: number): void {
  if (diffIds.length === layers) return;
  const message = `image config.rootfs.diff_ids has ${diffIds.length} entries, but the manifest has ${layers} layers`;
  throw new CriError("InvalidArgument", message);
}
