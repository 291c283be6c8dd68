import { CriError } from "./error.ts";

/** An image reference in full: nothing of it is left to a default. */
export interface ImageReference {
  /** `docker.io`, `registry.k8s.io`, `127.0.0.1:5000`. */
  readonly domain: string;
  /** `library/busybox`. */
  readonly path: string;
  /** undefined when only a digest is given. */
  readonly tag: string | undefined;
  /** `sha256:…`. */
  readonly digest: string | undefined;
}

/*
 * The grammar of github.com/distribution/reference:
 *
 *   reference := name [ ":" tag ] [ "@" digest ]
 *   name      := [ domain "/" ] component { "/" component }
 *   component := [a-z0-9]+ { ("." | "_" | "__" | "-"+) [a-z0-9]+ }
 */
const tagPattern = /^\w[\w.-]{0,127}$/;
const digestPattern = /^[a-z][a-z0-9]*(?:[-_+.][a-z][a-z0-9]*)*:[0-9a-f]{32,}$/i;
const componentPattern = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/;
const domainPattern =
  /^(?:\[[0-9a-fA-F:]+\]|[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*)(?::\d+)?$/;
const digestLengths: Readonly<Record<string, number>> = { sha256: 64, sha384: 96, sha512: 128 };
const longestName = 255;

const defaultDomain = "docker.io";
const legacyDomain = "index.docker.io";
const defaultTag = "latest";

/**
 * Reads a reference as docker does: no domain means docker.io, one component there lies under library/, no tag and no digest
 * means latest. Throws InvalidArgument for what is none.
 */
export function parseReference(text: string): ImageReference {
  const [beforeDigest, digest] = splitAt(text, text.indexOf("@"));
  const colon = beforeDigest.lastIndexOf(":");
  const isTag = colon > beforeDigest.lastIndexOf("/");
  const [name, tag] = splitAt(beforeDigest, isTag ? colon : -1);
  if (tag !== undefined && !tagPattern.test(tag)) throw malformed(text, "the tag");
  if (digest !== undefined && !isDigest(digest)) throw malformed(text, "the digest");
  if (/^[0-9a-f]{64}$/.test(name)) throw malformed(text, "64 hex digits are an id and no name;");
  const { domain, path } = splitName(name);
  if (!domainPattern.test(domain)) throw malformed(text, "the registry");
  if (!path.split("/").every((component) => componentPattern.test(component)))
    throw malformed(text, "the name (lower case)");
  if (domain.length + path.length + 1 > longestName) throw malformed(text, "the name's length");
  return { domain, path, tag: tag ?? (digest === undefined ? defaultTag : undefined), digest };
}

/** Returns the reference's name without tag and digest: `docker.io/library/busybox`. */
export function referenceName({ domain, path }: ImageReference): string {
  return `${domain}/${path}`;
}

/** Returns the whole reference, nothing left out. */
export function formatReference(reference: ImageReference): string {
  const tag = reference.tag === undefined ? "" : `:${reference.tag}`;
  const digest = reference.digest === undefined ? "" : `@${reference.digest}`;
  return referenceName(reference) + tag + digest;
}

/** Returns the whole reference for a text that an engine gave, or the text itself when it is none. */
export function canonicalText(text: string): string {
  try {
    return formatReference(parseReference(text));
  } catch {
    return text;
  }
}

function splitName(name: string): { readonly domain: string; readonly path: string } {
  const [first, rest] = splitAt(name, name.indexOf("/"));
  if (rest === undefined || !looksLikeDomain(first)) return inDefaultDomain(name);
  return first === legacyDomain || first === defaultDomain
    ? inDefaultDomain(rest)
    : { domain: first, path: rest };
}

function inDefaultDomain(path: string): { readonly domain: string; readonly path: string } {
  return { domain: defaultDomain, path: path.includes("/") ? path : `library/${path}` };
}

/** A name's component is lower case without a dot or colon; anything else before a slash is a registry. */
function looksLikeDomain(first: string): boolean {
  return /[.:]/.test(first) || first === "localhost" || first !== first.toLowerCase();
}

function isDigest(text: string): boolean {
  if (!digestPattern.test(text)) return false;
  const [algorithm = "", hex = ""] = text.split(":");
  const length = digestLengths[algorithm];
  return length === undefined || (hex.length === length && hex === hex.toLowerCase());
}

/** Cuts the text in two around the character at that index; -1: nothing to cut. */
function splitAt(text: string, index: number): readonly [string, string | undefined] {
  return index < 0 ? [text, undefined] : [text.slice(0, index), text.slice(index + 1)];
}

function malformed(text: string, part: string): Error {
  const message = `image: ${JSON.stringify(text)}: ${part} is not that of an image reference`;
  return new CriError("InvalidArgument", message);
}
