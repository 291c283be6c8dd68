import { CriError } from "../model/error.ts";
import type { AttachmentRecord } from "./attachment-record.ts";
import { deleteThrough } from "./chain.ts";
import { isJsonObject } from "./json-value.ts";
import { isLoopback } from "./loopback.ts";
import { type NetnsIdentify, netnsForDelete } from "./netns.ts";
import { type NetworkConfig, parseNetworkConfig } from "./network-config.ts";
import type { NetworkConfigs } from "./network-configs.ts";
import type { Plugins } from "./plugins.ts";

export interface DetachContext {
  readonly plugins: Plugins;
  readonly configs: NetworkConfigs;
  readonly identify: NetnsIdentify;
}

export interface DetachOf {
  readonly record: AttachmentRecord;
  /** The namespace's path if the engine knows it. */
  readonly netnsPath: string | undefined;
}

/**
 * Takes one attachment down by the configuration and the result it was made with; by today's configuration of that network
 * when the record has none. Throws CriError: Unavailable when no configuration is known at all, else what a plugin's run
 * throws. The record stays for the caller to remove.
 */
export async function detachRecord(
  context: DetachContext,
  { record, netnsPath }: DetachOf,
  signal: AbortSignal,
): Promise<void> {
  if (isLoopback(record)) return;
  const network = networkOf(context, record);
  const recorded = { path: record.netnsPath, identity: record.own?.netnsIdentity };
  const parameters = {
    sandboxId: record.sandboxId,
    netnsPath: await netnsForDelete(netnsPath, recorded, context.identify),
    ifName: record.ifName,
    cniArgs: record.cniArgs,
  };
  const { capabilityArgs } = record;
  const result = resultFor(network, record.result);
  const added = record.own?.phase !== "adding";
  const run = { network, parameters, capabilityArgs, result, added };
  await deleteThrough(context.plugins, run, signal);
}

function networkOf({ configs }: DetachContext, record: AttachmentRecord): NetworkConfig {
  const cached = cachedNetwork(record);
  const network = cached ?? configs.named(record.network);
  if (network === undefined) {
    throw new CriError(
      "Unavailable",
      `no configuration of network ${record.network} is known to detach pod sandbox ${record.sandboxId}`,
    );
  }
  return network;
}

function cachedNetwork({ configText, network }: AttachmentRecord): NetworkConfig | undefined {
  if (configText === undefined) return undefined;
  try {
    return parseNetworkConfig(configText, `cached configuration of network ${network}`);
  } catch {
    return undefined;
  }
}

/** Plugins read the previous result in the configuration's version; one of another version would only make the DEL fail. */
function resultFor(network: NetworkConfig, result: unknown): unknown {
  return isJsonObject(result) && result["cniVersion"] === network.cniVersion ? result : undefined;
}
