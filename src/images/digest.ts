import { createHash, type Hash } from "node:crypto";
import { CriError } from "../model/error.ts";

declare const brand: unique symbol;
/** The address of content: an algorithm, `:`, and its hash in hex, as `sha256:9f86…` (OCI image-spec, descriptor.md "Digests"). */
export type Digest = string & { readonly [brand]: "Digest" };

/** The registered algorithms, and how many hex digits each has. */
const lengths: Readonly<Record<string, number>> = { sha256: 64, sha512: 128 };

/** Takes what a document or a server gave as a digest; `what` it is of stands in the error. Throws InvalidArgument. */
export function parseDigest(value: unknown, what: string): Digest {
  const [, algorithm = "", hex = ""] =
    (typeof value === "string" && /^([a-z0-9]+):([0-9a-f]+)$/.exec(value)) || [];
  if (lengths[algorithm] === hex.length) return value as Digest;
  const message = `${what}: ${JSON.stringify(value)} is not a sha256 or sha512 digest`;
  throw new CriError("InvalidArgument", message);
}

/** Returns the sha256 digest of bytes. */
export function digestOf(bytes: Uint8Array): Digest {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}` as Digest;
}

/** The two parts of a digest, each safe as the name of a file. */
export function partsOf(digest: Digest): { readonly algorithm: string; readonly hex: string } {
  const at = digest.indexOf(":");
  return { algorithm: digest.slice(0, at), hex: digest.slice(at + 1) };
}

/** Counts and hashes bytes as they pass, to be held against what was announced. */
export class DigestCheck {
  readonly #digest: Digest;
  readonly #hash: Hash;
  #bytes = 0;

  constructor(digest: Digest) {
    this.#digest = digest;
    this.#hash = createHash(partsOf(digest).algorithm);
  }

  /** How many bytes have passed. */
  get bytes(): number {
    return this.#bytes;
  }

  push(chunk: Uint8Array): void {
    this.#hash.update(chunk);
    this.#bytes += chunk.length;
  }

  /** Whether all that has passed is the content with this digest; nothing may be pushed after that. */
  matches(): boolean {
    return `${partsOf(this.#digest).algorithm}:${this.#hash.digest("hex")}` === this.#digest;
  }
}
