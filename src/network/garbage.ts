import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { messageOf } from "../model/error.ts";
import type { Log } from "../model/ports.ts";
import type { AttachmentCache } from "./attachment-cache.ts";
import { type AttachmentRecord, decodeRecord } from "./attachment-record.ts";
import { askAll } from "./chain.ts";
import type { NetworkConfig } from "./network-config.ts";
import type { Plugins } from "./plugins.ts";
import type { SharedGate } from "./shared-gate.ts";

export interface GarbageContext {
  readonly plugins: Plugins;
  readonly cache: AttachmentCache;
  readonly gate: SharedGate;
  /** libcni cache folders of other runtimes on this node. */
  readonly foreignCacheDirs: readonly string[];
  readonly log: Log;
}

/**
 * Tells the plugins of a network that know GC (1.1.0) which attachments there are, so that they free the rest. What other
 * runtimes cached for a network of the same name counts as well: their addresses come from the same pool. Refusals are logged;
 * throws Cancelled or DeadlineExceeded.
 */
export async function collectGarbage(
  context: GarbageContext,
  network: NetworkConfig,
  signal: AbortSignal,
): Promise<void> {
  if (network.disableGc) return;
  const { plugins, gate, log } = context;
  const work = async () => {
    const valid = [...context.cache.all(), ...(await foreignRecords(context.foreignCacheDirs))]
      .filter((record) => record.network === network.name)
      .map(({ sandboxId, ifName }) => ({ containerID: sandboxId, ifname: ifName }));
    // The second key is what the specification said for a while, and what some plugins read.
    const extra = { "cni.dev/valid-attachments": valid, "cni.dev/attachments": valid };
    return await askAll(plugins, { command: "GC", network, extra }, signal);
  };
  const errors = await gate.alone(work, signal);
  for (const error of errors) log.warn("CNI GC failed", { err: messageOf(error) });
}

async function foreignRecords(folders: readonly string[]): Promise<readonly AttachmentRecord[]> {
  const records: AttachmentRecord[] = [];
  for (const folder of folders) {
    const results = join(folder, "results");
    for (const name of await readdir(results).catch(() => [])) {
      const record = await readFile(join(results, name), "utf8")
        .then((text) => decodeRecord(text, name))
        .catch(() => undefined);
      if (record !== undefined) records.push(record);
    }
  }
  return records;
}
