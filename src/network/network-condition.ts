import { messageOf } from "../model/error.ts";
import { type Condition, ready } from "../model/runtime.ts";
import { askAll } from "./chain.ts";
import type { ConfigReading } from "./config-folder.ts";
import type { NetworkConfig } from "./network-config.ts";
import type { Plugins } from "./plugins.ts";

/** Says why there is no network for new pods: no configuration at all, or none that is valid. */
export function conditionWithoutNetwork(
  folders: readonly string[],
  { complaints }: ConfigReading,
): Condition {
  const broken = complaints.filter((complaint) => !complaint.endsWith("does not exist"));
  if (broken.length > 0) return notReady("BrokenNetworkConfig", broken.join("; "));
  return notReady("NoNetworkConfig", `no CNI configuration in ${folders.join(", ")}`);
}

/**
 * Returns whether the plugins of a network could serve an ADD now: all are there, speak its version, and those that know STATUS
 * say yes.
 */
export async function conditionOfNetwork(
  plugins: Plugins,
  network: NetworkConfig,
  signal: AbortSignal,
): Promise<Condition> {
  const { cniVersion, file } = network;
  try {
    for (const { type } of network.plugins) {
      if ((await plugins.find(type)) === undefined) {
        return notReady("NetworkPluginMissing", plugins.missing(type, file).message);
      }
      const spoken = await plugins.versions(type, file, signal);
      if (spoken !== undefined && !spoken.includes(cniVersion)) {
        const message = `CNI plugin ${type} does not speak version ${cniVersion} of ${file}, only ${spoken.join(", ")}`;
        return notReady("CniVersionUnsupported", message);
      }
    }
    const [refusal] = await askAll(plugins, { command: "STATUS", network }, signal);
    return refusal === undefined ? ready : notReady("NetworkPluginNotReady", refusal.message);
  } catch (error) {
    return notReady("NetworkPluginNotReady", messageOf(error));
  }
}

function notReady(reason: string, message: string): Condition {
  return { ok: false, reason, message };
}
