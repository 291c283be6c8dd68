import { lstat } from "node:fs/promises";
import { join } from "node:path";
import { pipeline, type Readable, Transform, type TransformCallback } from "node:stream";
import { createGunzip, createZstdDecompress } from "node:zlib";
import { exec } from "../host/exec.ts";
import { CriError, errnoOf } from "../model/error.ts";
import { type Digest, DigestCheck } from "./digest.ts";
import type { Compression } from "./media-types.ts";
import { LayerFilter, type Whiteouts } from "./tar/layer-filter.ts";
import { type MarkedFolder, whiteoutArchive } from "./tar/whiteout-archive.ts";

export interface LayerExtraction {
  /** The packed layer. */
  readonly blob: Readable;
  readonly compression: Compression;
  /** Of the tar within. */
  readonly diffId: Digest;
  /** Empty; gets the layer's files, and overlay's marks for what it deletes. */
  readonly folder: string;
  /** Any empty folder: the root of the extraction's own mount namespace. */
  readonly mountPoint: string;
}

/** What is known of a layer when it is unpacked. */
export interface LayerFacts {
  readonly whiteouts: Whiteouts;
  /** Of all files together. */
  readonly sizeBytes: number;
  /** Files, folders and all else. */
  readonly members: number;
}

/** Nothing that makes progress takes so long. */
const patienceMillis = 3_600_000;

/**
 * What the extraction sees: nothing but the system's programs, read-only, and the layer's own folder. A symlink in a layer leads
 * nowhere else, whatever tar makes of it. The mounts end with the process.
 */
const script = `
set -e
root=$1; layer=$2; shift 2
mount -t tmpfs -o mode=0755,size=64k,nr_inodes=64 tmpfs "$root"
mkdir "$root/usr" "$root/layer"
mount --bind /usr "$root/usr"
mount -o remount,bind,ro "$root/usr"
mount --bind "$layer" "$root/layer"
for name in bin sbin lib lib32 lib64; do
  if [ -L "/$name" ]; then cp -P "/$name" "$root/$name"
  elif [ -d "/$name" ]; then mkdir "$root/$name"; mount --bind "/$name" "$root/$name"; mount -o remount,bind,ro "$root/$name"
  fi
done
cd "$root"
exec chroot . /usr/bin/env -i PATH=/usr/bin:/bin "$@"
`;

/** Files keep owner, mode, times, attributes and capabilities by number; overlay's own marks are for us alone to make. */
const tarArguments = [
  "tar",
  "--extract",
  "--file=-",
  "--directory=/layer",
  "--numeric-owner",
  "--same-owner",
  "--same-permissions",
  "--acls",
  "--xattrs",
  "--xattrs-include=*",
  "--warning=no-timestamp",
  "--warning=no-unknown-keyword",
] as const;

/**
 * Unpacks a layer and returns how large it is and what it takes away from those below. Throws InvalidArgument for a layer that is damaged, is another
 * than its digest says, or leads out of itself; ResourceExhausted when the disk is full. The folder is then of no use.
 */
export async function extractLayer(
  extraction: LayerExtraction,
  signal: AbortSignal,
): Promise<LayerFacts> {
  const check = new CheckedTar(extraction.diffId);
  const filter = new LayerFilter();
  const unpacked = unpackers[extraction.compression]();
  const streams = [extraction.blob, ...unpacked, check, filter];
  // The first failure destroys them all, and is what the filter's reader gets.
  pipeline(streams, () => undefined);
  await untar(extraction, [...tarArguments, "--xattrs-exclude=trusted.overlay.*"], {
    input: filter,
    signal,
  });
  const { whiteouts, sizeBytes, members } = filter;
  await mark(extraction, whiteouts, signal);
  return { whiteouts, sizeBytes, members };
}

const unpackers: Readonly<Record<Compression, () => readonly Transform[]>> = {
  none: () => [],
  gzip: () => [createGunzip({ chunkSize: 256 << 10 })],
  zstd: () => [createZstdDecompress({ chunkSize: 256 << 10 })],
};

interface Input {
  readonly input: Readable | Buffer;
  readonly signal: AbortSignal;
}

async function untar(
  { folder, mountPoint }: LayerExtraction,
  command: readonly string[],
  { input, signal }: Input,
): Promise<void> {
  const namespace = ["--mount", "--propagation", "private", "--"];
  const args = [...namespace, "sh", "-c", script, "sh", mountPoint, folder, ...command];
  const result = await exec("unshare", args, { signal, timeoutMillis: patienceMillis, input });
  if (result.exitCode === 0) return;
  const words = result.stderr.toString().trim().split("\n").slice(0, 3).join("; ");
  const isFull = /No space left on device|Disk quota exceeded|Read-only file system/.test(words);
  throw new CriError(isFull ? "ResourceExhausted" : "InvalidArgument", `layer: ${words}`);
}

/** Overlay's marks, by a tar of our own: it may not hide what the layer itself brings. */
async function mark(
  extraction: LayerExtraction,
  { hidden, opaque }: Whiteouts,
  signal: AbortSignal,
): Promise<void> {
  const names: string[] = [];
  const folders = new Map<string, MarkedFolder>();
  for (const path of [...hidden, ...opaque]) {
    const found = await lookAt(extraction.folder, path);
    // A folder that is deleted below and made anew shows nothing of the old one.
    if (found !== undefined && found !== "other") folders.set(path, found);
  }
  const isOpaque = new Set(opaque);
  for (const path of hidden)
    if (!isOpaque.has(path) && (await lookAt(extraction.folder, path)) === undefined)
      names.push(path);
  if (names.length === 0 && folders.size === 0) return;
  const input = whiteoutArchive(names, [...folders.values()]);
  await untar(extraction, tarArguments, { input, signal });
}

/** Returns what the layer has at a path without following a symlink: a folder, something else, or nothing. */
async function lookAt(root: string, path: string): Promise<MarkedFolder | "other" | undefined> {
  let at = root;
  const parts = path === "" ? [] : path.split("/");
  try {
    for (const part of parts.slice(0, -1)) {
      at = join(at, part);
      if (!(await lstat(at)).isDirectory()) return "other";
    }
    const found = await lstat(join(root, path));
    if (!found.isDirectory()) return "other";
    const { mode, uid, gid, mtimeMs } = found;
    return {
      path: path || ".",
      mode: mode & 0o7777,
      uid,
      gid,
      modifiedAtSeconds: Math.floor(mtimeMs / 1_000),
    };
  } catch (thrown) {
    if (["ENOENT", "ENOTDIR"].includes(errnoOf(thrown) ?? "")) return undefined;
    throw CriError.from(thrown, "layer");
  }
}

/** Lets bytes pass and fails at the end when they are not those of the digest. */
class CheckedTar extends Transform {
  readonly #digest: Digest;
  readonly #check: DigestCheck;

  constructor(digest: Digest) {
    super({ highWaterMark: 256 << 10 });
    this.#digest = digest;
    this.#check = new DigestCheck(digest);
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.#check.push(chunk);
    done(undefined, chunk);
  }

  override _flush(done: TransformCallback): void {
    if (this.#check.matches()) done();
    else done(new CriError("InvalidArgument", `layer: its tar is not ${this.#digest}`));
  }
}
