import { type AttachmentRecord } from "./attachment-record.ts";
import { addThrough } from "./chain.ts";
import { parseNetworkConfig } from "./network-config.ts";
import type { CniParameters } from "./plugin-call.ts";
import type { Plugins } from "./plugins.ts";

/** The name that every runtime of Kubernetes gives it; 0.3.1 is spoken by every loopback plugin there is. */
const network = parseNetworkConfig(
  '{"cniVersion":"0.3.1","name":"cni-loopback","plugins":[{"type":"loopback"}]}',
  "loopback",
);

/**
 * Brings `lo` up in a pod's namespace by the loopback plugin; a node without the plugin is left alone. Nothing of it is
 * outside the namespace, so there is no DEL to remember. Throws what the plugin's run throws.
 */
export async function raiseLoopback(
  plugins: Plugins,
  pod: Pick<CniParameters, "sandboxId" | "netnsPath" | "cniArgs">,
  signal: AbortSignal,
): Promise<void> {
  if ((await plugins.find("loopback")) === undefined) return;
  const parameters: CniParameters = { ...pod, ifName: "lo" };
  await addThrough(plugins, { network, parameters, capabilityArgs: {} }, signal);
}

/** Whether a record is another runtime's loopback attachment, which needs no DEL. */
export function isLoopback(record: AttachmentRecord): boolean {
  return record.ifName === "lo" && record.network === network.name;
}
