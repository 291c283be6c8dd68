import { CriError } from "../model/error.ts";
import type { CniArgs } from "./attachment-args.ts";
import { podAddresses } from "./cni-result.ts";
import { isJsonObject, type JsonObject, parseJson } from "./json-value.ts";

/**
 * How far an attachment of ours is:
 *
 * ```
 *  adding ──ADD, result cached──▶ attached ──▶ deleting ──DEL──▶ (file removed)
 *     └───────────── failed, or the process died ──DEL──▶ (file removed)
 * ```
 */
type AttachmentPhase = "adding" | "attached" | "deleting";

/** What we add to libcni's fields; libcni reads over it. */
interface OwnMark {
  readonly phase: AttachmentPhase;
  /** What the namespace was when it was attached (`netns.ts`). */
  readonly netnsIdentity: string | undefined;
}

/** One attachment of a sandbox to a network, as the cache keeps it. */
export interface AttachmentRecord {
  readonly sandboxId: string;
  readonly network: string;
  readonly ifName: string;
  /** Empty: not known. */
  readonly netnsPath: string;
  readonly cniArgs: CniArgs;
  readonly capabilityArgs: JsonObject;
  /** The configuration list that the ADD was done with; undefined: the file was damaged or of a very old program. */
  readonly configText: string | undefined;
  /** The result of the last plugin's ADD; undefined before there is one. */
  readonly result: unknown;
  /** The pod's addresses in that result. */
  readonly addresses: readonly string[];
  /** undefined: another program wrote it. */
  readonly own: OwnMark | undefined;
}

/** The interface that every pod has (the kubelet's convention). */
export const podInterface = "eth0";

/** libcni's kind of a cache file (libcni/api.go, `cachedInfo`). */
const kind = "cniCacheV1";
const ownKey = "criFerry";

/** Returns the name of an attachment's cache file, as libcni makes it. */
export function recordFileName({ network, sandboxId, ifName }: AttachmentRecord): string {
  return `${network}-${sandboxId}-${ifName}`;
}

/** Returns the text of a cache file that libcni reads too; the configuration is base64 there, as Go writes bytes. */
export function encodeRecord(record: AttachmentRecord): string {
  return JSON.stringify({
    kind,
    containerId: record.sandboxId,
    config: Buffer.from(record.configText ?? "").toString("base64"),
    ifName: record.ifName,
    networkName: record.network,
    ...(record.netnsPath === "" ? {} : { netns: record.netnsPath }),
    cniArgs: record.cniArgs,
    capabilityArgs: record.capabilityArgs,
    ...(record.result === undefined ? {} : { result: record.result }),
    ...(record.own === undefined ? {} : { [ownKey]: record.own }),
  });
}

/**
 * Reads a cache file of ours, of libcni, or of a libcni before 0.8 that kept the bare result. `fileName` tells what the
 * latter does not. Throws CriError Internal that says what is wrong with it.
 */
export function decodeRecord(text: string, fileName: string): AttachmentRecord {
  const parsed = parseJson(text);
  if (!isJsonObject(parsed)) throw damaged("is not a JSON object");
  return parsed["kind"] === undefined && parsed["cniVersion"] !== undefined
    ? decodeBareResult(parsed, fileName)
    : decodeCached(parsed);
}

function decodeCached(parsed: JsonObject): AttachmentRecord {
  if (parsed["kind"] !== kind) throw damaged(`is of kind ${JSON.stringify(parsed["kind"])}`);
  const capabilityArgs = parsed["capabilityArgs"];
  const ifName = textOf(parsed, "ifName");
  const config = Buffer.from(textOf(parsed, "config"), "base64").toString("utf8");
  return {
    sandboxId: textOf(parsed, "containerId"),
    network: textOf(parsed, "networkName"),
    ifName,
    netnsPath: parsed["netns"] === undefined ? "" : textOf(parsed, "netns"),
    cniArgs: cniArgsOf(parsed["cniArgs"]),
    capabilityArgs: isJsonObject(capabilityArgs) ? capabilityArgs : {},
    configText: config === "" ? undefined : config,
    result: parsed["result"] ?? undefined,
    addresses: addressesOf(parsed["result"], ifName),
    own: ownMarkOf(parsed[ownKey]),
  };
}

function decodeBareResult(result: JsonObject, fileName: string): AttachmentRecord {
  const known = unknownRecord(fileName);
  if (known === undefined) throw damaged("is a bare result under a name that tells no sandbox");
  return { ...known, result, addresses: addressesOf(result, known.ifName) };
}

/** Returns what the name of a damaged file tells of its attachment: only sandbox ids of 64 hex digits can be told apart in it. */
export function unknownRecord(fileName: string): AttachmentRecord | undefined {
  const match = /^(.+)-([0-9a-f]{64})-([^-]+)$/.exec(fileName);
  const [, network, sandboxId, ifName] = match ?? [];
  if (network === undefined || sandboxId === undefined || ifName === undefined) return undefined;
  return {
    sandboxId,
    network,
    ifName,
    netnsPath: "",
    cniArgs: [],
    capabilityArgs: {},
    configText: undefined,
    result: undefined,
    addresses: [],
    own: undefined,
  };
}

function textOf(parsed: JsonObject, key: string): string {
  const value = parsed[key];
  if (typeof value !== "string") throw damaged(`has no text ${key}`);
  return value;
}

function cniArgsOf(value: unknown): CniArgs {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw damaged("has cniArgs that are not a list");
  return value.map((pair: unknown) => {
    const [name, text]: readonly unknown[] = Array.isArray(pair) ? pair : [];
    if (typeof name !== "string" || typeof text !== "string") throw damaged("has a broken cniArgs");
    return [name, text] as const;
  });
}

/** A result that cannot be read still serves as prevResult of the DEL. */
function addressesOf(result: unknown, ifName: string): readonly string[] {
  if (result === undefined) return [];
  try {
    return podAddresses(result, ifName);
  } catch {
    return [];
  }
}

function ownMarkOf(value: unknown): OwnMark | undefined {
  if (!isJsonObject(value)) return undefined;
  const { phase, netnsIdentity } = value;
  if (phase !== "adding" && phase !== "attached" && phase !== "deleting") return undefined;
  return { phase, netnsIdentity: typeof netnsIdentity === "string" ? netnsIdentity : undefined };
}

function damaged(message: string): CriError {
  return new CriError("Internal", message);
}
