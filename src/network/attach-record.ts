import { failpoint } from "../host/failpoint.ts";
import { CriError } from "../model/error.ts";
import type { CniArgs, PodNetworkAttachment } from "./attachment-args.ts";
import type { AttachmentCache } from "./attachment-cache.ts";
import { type AttachmentRecord, podInterface } from "./attachment-record.ts";
import { addThrough } from "./chain.ts";
import { podAddresses } from "./cni-result.ts";
import type { JsonObject } from "./json-value.ts";
import { raiseLoopback } from "./loopback.ts";
import type { NetnsIdentify } from "./netns.ts";
import type { NetworkConfig } from "./network-config.ts";
import type { Plugins } from "./plugins.ts";
import type { SharedGate } from "./shared-gate.ts";

/** A request for an attachment with what plugins are told about it. */
export interface Attaching {
  readonly request: PodNetworkAttachment;
  readonly cniArgs: CniArgs;
  readonly capabilityArgs: JsonObject;
}

/** Returns the record of an attachment that is about to be made. Throws FailedPrecondition when there is no namespace to make it in. */
export async function newRecord(
  { request, cniArgs, capabilityArgs }: Attaching,
  network: NetworkConfig,
  identify: NetnsIdentify,
): Promise<AttachmentRecord> {
  const { sandboxId, netnsPath } = request;
  const netnsIdentity = netnsPath === undefined ? undefined : await identify(netnsPath);
  if (netnsPath === undefined || netnsIdentity === undefined) {
    throw new CriError(
      "FailedPrecondition",
      `pod sandbox ${sandboxId} has no network namespace of its own at ${netnsPath ?? "any path"}`,
    );
  }
  return {
    sandboxId,
    network: network.name,
    ifName: podInterface,
    netnsPath,
    cniArgs,
    capabilityArgs,
    configText: network.text,
    result: undefined,
    addresses: [],
    own: { phase: "adding", netnsIdentity },
  };
}

export interface AttachContext {
  readonly plugins: Plugins;
  readonly cache: AttachmentCache;
  readonly gate: SharedGate;
}

export interface AddOf {
  readonly attaching: Attaching;
  readonly network: NetworkConfig;
  readonly record: AttachmentRecord;
}

/**
 * Writes the record to the disk, runs ADD, and writes the result. Returns the record as it is then. Throws what plugins and
 * disk throw, or Internal when there is no address in the result; the caller takes down what was begun.
 */
export async function addRecord(
  context: AttachContext,
  { attaching, network, record }: AddOf,
  signal: AbortSignal,
): Promise<AttachmentRecord> {
  const { plugins, cache, gate } = context;
  await prepare(context, { attaching, network, record }, signal);
  await failpoint("network.attach.intended");
  const run = { network, parameters: record, capabilityArgs: record.capabilityArgs };
  const result = await gate.share(() => addThrough(plugins, run, signal), signal);
  await failpoint("network.attach.added");
  const addresses = addressesIn(result, network);
  const attached: AttachmentRecord = {
    ...record,
    result,
    addresses,
    own: { phase: "attached", netnsIdentity: record.own?.netnsIdentity },
  };
  // Not durable: what a power cut leaves is the record of before, and that one is followed by a DEL.
  await cache.save(attached, false);
  return attached;
}

/** The disk's flush and the loopback plugin take about as long, and neither minds the other. */
async function prepare(
  { plugins, cache }: AttachContext,
  { attaching, record }: AddOf,
  signal: AbortSignal,
): Promise<void> {
  const tasks = [cache.save(record, true)];
  if (attaching.request.loopbackUp !== true) tasks.push(raiseLoopback(plugins, record, signal));
  const failed = (await Promise.allSettled(tasks)).find(({ status }) => status === "rejected");
  if (failed?.status === "rejected") throw failed.reason;
}

function addressesIn(result: unknown, network: NetworkConfig): readonly string[] {
  const types = network.plugins.map(({ type }) => type).join(", ");
  const title = `result of network ${network.name} (${network.file}; plugins ${types})`;
  let addresses: readonly string[];
  try {
    addresses = podAddresses(result, podInterface);
  } catch (error) {
    throw CriError.from(error instanceof CriError ? new Error(error.message) : error, title);
  }
  if (addresses.length > 0) return addresses;
  throw new CriError("Internal", `${title}: it has no address for ${podInterface}`);
}
