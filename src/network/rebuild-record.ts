import {
  capabilityArgsOf,
  cniArgsOf,
  cniArgsOfUnknown,
  type PodNetworkAttachment,
} from "./attachment-args.ts";
import { type AttachmentRecord, podInterface } from "./attachment-record.ts";

export interface RebuildSources {
  readonly sandboxId: string;
  readonly network: string;
  /** The configuration list to detach by; undefined: the one of that name when it comes to it. */
  readonly configText: string | undefined;
  readonly recall: ((sandboxId: string) => PodNetworkAttachment | undefined) | undefined;
  readonly podCidr: string;
}

/**
 * Returns the record of an attachment whose cache file is gone or damaged, from what is known elsewhere. Plugins free an
 * address by the sandbox id alone; portmap removes nothing unless it is told of a port mapping, hence `recall`.
 */
export function rebuildRecord(
  sources: RebuildSources,
  damaged?: AttachmentRecord,
): AttachmentRecord {
  const { sandboxId, network, configText } = sources;
  return {
    sandboxId,
    network,
    ifName: damaged?.ifName ?? podInterface,
    netnsPath: "",
    ...argsFrom(sources),
    configText,
    result: damaged?.result,
    addresses: damaged?.addresses ?? [],
    own: damaged?.own,
  };
}

function argsFrom({ sandboxId, recall, podCidr }: RebuildSources) {
  const known = recall?.(sandboxId);
  if (known === undefined) return { cniArgs: cniArgsOfUnknown(sandboxId), capabilityArgs: {} };
  try {
    return {
      cniArgs: cniArgsOf(sandboxId, known.metadata),
      capabilityArgs: capabilityArgsOf(known, podCidr),
    };
  } catch {
    // Another runtime attached a pod whose names or annotations we refuse; its ports are what a DEL needs.
    const harmless = { ...known, annotations: {} };
    return {
      cniArgs: cniArgsOfUnknown(sandboxId),
      capabilityArgs: capabilityArgsOf(harmless, podCidr),
    };
  }
}
