import { CriError } from "../model/error.ts";
import { isAtLeast } from "./cni-version.ts";
import { isJsonObject, type JsonObject } from "./json-value.ts";
import {
  type NetworkConfig,
  type PluginConfig,
  type RequestParts,
  requestFor,
} from "./network-config.ts";
import { type CniCommand, type CniParameters, type PluginCall, titleOf } from "./plugin-call.ts";
import { incompatibleVersion, invalidEnvironment, unknownContainer } from "./plugin-error.ts";
import type { Plugins } from "./plugins.ts";

/** What the plugins of a network are run for. */
export interface ChainRun {
  readonly network: NetworkConfig;
  readonly parameters: CniParameters;
  readonly capabilityArgs: JsonObject;
}

/**
 * Runs ADD through a network's plugins, each with the result of the one before, and returns the last result in the plugin's
 * own form. Throws what the first failing plugin's `Plugins.run` throws; the ones before it stay added.
 */
export async function addThrough(
  plugins: Plugins,
  run: ChainRun,
  signal: AbortSignal,
): Promise<unknown> {
  let prevResult: unknown;
  for (const plugin of run.network.plugins) {
    const call = callOf(run, plugin, { command: "ADD", prevResult });
    prevResult = resultOf(await plugins.run(call, signal), call, run.network);
  }
  return prevResult;
}

export interface DeleteRun extends ChainRun {
  /** What the ADD returned; undefined: nothing, or not known. */
  readonly result: unknown;
  /** Whether the ADD succeeded, as far as is known. */
  readonly added: boolean;
}

/**
 * Runs DEL through a network's plugins in reverse order, with the result of the ADD where the version has that (from 0.4.0).
 * Stops at the first error (CNI spec section 3): while a host port still leads to an address, the address must not be given
 * to another pod. Throws what that plugin's `Plugins.run` throws.
 */
export async function deleteThrough(
  plugins: Plugins,
  run: DeleteRun,
  signal: AbortSignal,
): Promise<void> {
  const prevResult = isAtLeast(run.network.cniVersion, "0.4.0") ? run.result : undefined;
  for (const plugin of run.network.plugins.toReversed()) {
    const outcome = await plugins.attempt(
      callOf(run, plugin, { command: "DEL", prevResult }),
      signal,
    );
    if (!outcome.ok && !meansNothingThere(outcome.failure.code, run)) throw outcome.failure.error;
  }
}

/** A plugin that does not speak the version refused the ADD just as well. */
function meansNothingThere(code: number | undefined, { added }: DeleteRun): boolean {
  return code === unknownContainer || (code === incompatibleVersion && !added);
}

/** Runs STATUS or GC on those of a network's plugins that speak 1.1.0; returns the errors, one a plugin at most. */
export async function askAll(
  plugins: Plugins,
  question: {
    readonly command: "STATUS" | "GC";
    readonly network: NetworkConfig;
    readonly extra?: JsonObject;
  },
  signal: AbortSignal,
): Promise<readonly Error[]> {
  const { command, network, extra } = question;
  if (!isAtLeast(network.cniVersion, "1.1.0")) return [];
  const errors: Error[] = [];
  for (const plugin of network.plugins) {
    const { type } = plugin;
    const spoken = await plugins.versions(type, network.file, signal);
    if (spoken?.includes("1.1.0") !== true) continue;
    const stdin = requestFor(network, plugin, extra === undefined ? {} : { extra });
    const call: PluginCall = { command, type, file: network.file, stdin, parameters: undefined };
    const outcome = await plugins.attempt(call, signal);
    if (!outcome.ok && outcome.failure.code !== invalidEnvironment) {
      errors.push(outcome.failure.error);
    }
  }
  return errors;
}

function callOf(
  { network, parameters, capabilityArgs }: ChainRun,
  plugin: PluginConfig,
  { command, prevResult }: { readonly command: CniCommand; readonly prevResult: unknown },
): PluginCall {
  const parts: RequestParts = { prevResult, capabilityArgs };
  const stdin = requestFor(network, plugin, parts);
  return { command, type: plugin.type, file: network.file, stdin, parameters };
}

/** Results need a version; plugins of 0.2.0 and before left it out. */
function resultOf(printed: unknown, call: PluginCall, network: NetworkConfig): JsonObject {
  if (!isJsonObject(printed)) {
    throw new CriError("Internal", `${titleOf(call)}: it printed no result`);
  }
  return { cniVersion: network.cniVersion, ...printed };
}
