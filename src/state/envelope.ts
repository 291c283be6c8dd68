import { createHash } from "node:crypto";
import { CriError } from "../model/error.ts";
import { parseState, stringifyState } from "./json.ts";

/** The version this program writes; raised when the shape of a stored value changes. */
const currentVersion = 1;

/**
 * Wraps a value for disk. One line, so that a torn write is never valid:
 * `{"kind":"sandbox","version":1,"sha256":"…","value":{…}}`.
 */
export function seal(kind: string, value: unknown): string {
  const body = stringifyState(value);
  return `{"kind":${JSON.stringify(kind)},"version":${currentVersion},"sha256":"${digestOf(body)}","value":${body}}\n`;
}

/**
 * Returns the value of a sealed text. Throws CriError: FailedPrecondition when a version of ours that this program does not
 * know wrote it, Internal when it is damaged.
 */
export function unseal(kind: string, text: string): unknown {
  const envelope = parseEnvelope(text);
  if (envelope.kind !== kind)
    throw damaged(`kind is ${JSON.stringify(envelope.kind)}, not "${kind}"`);
  if (envelope.version !== currentVersion) {
    throw new CriError(
      "FailedPrecondition",
      `version is ${JSON.stringify(envelope.version)}; this cri-ferry reads version ${currentVersion}`,
    );
  }
  // The digest is of the value's own text: writing it again gives that text, for key order and numbers are kept.
  if (envelope.sha256 !== digestOf(stringifyState(envelope.value)))
    throw damaged("the checksum does not match");
  return envelope.value;
}

interface Envelope {
  readonly kind?: unknown;
  readonly version?: unknown;
  readonly sha256?: unknown;
  readonly value?: unknown;
}

function parseEnvelope(text: string): Envelope {
  if (text.length === 0) throw damaged("it is empty");
  let parsed: unknown;
  try {
    parsed = parseState(text);
  } catch (error) {
    throw damaged("it is not JSON", error);
  }
  if (typeof parsed !== "object" || parsed === null) throw damaged("it is not a JSON object");
  return parsed;
}

function damaged(why: string, cause?: unknown): CriError {
  return new CriError("Internal", why, { cause });
}

function digestOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
