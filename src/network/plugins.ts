import { access, constants, stat } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { exec } from "../host/exec.ts";
import { CriError, messageOf } from "../model/error.ts";
import type { Clock, Meter, Tracer } from "../model/ports.ts";
import { isJsonObject, parseJson } from "./json-value.ts";
import { type PluginCall, titleOf } from "./plugin-call.ts";
import { failureOf, type PluginFailure } from "./plugin-error.ts";

export interface PluginsOptions {
  /** Searched in this order. */
  readonly binDirs: readonly string[];
  /** How long one execution may take. */
  readonly timeoutMillis: number;
  readonly clock: Clock;
  readonly meter: Meter;
  readonly tracer?: Tracer | undefined;
}

/** What an execution came to: what it printed (undefined for nothing), or its error. */
export type PluginOutcome =
  | { readonly ok: true; readonly printed: unknown }
  | { readonly ok: false; readonly failure: PluginFailure };

const pluginSeconds = "cri_ferry_network_plugin_seconds";
const maxOutputBytes = 1 << 20;
const maxRemembered = 256;

/** The plugin binaries of a node: finds them, runs them, and remembers which versions they speak. */
export class Plugins {
  readonly #options: PluginsOptions;
  readonly #versions = new Map<string, readonly string[] | undefined>();

  constructor(options: PluginsOptions) {
    this.#options = options;
  }

  /** Returns the path of a plugin's binary, undefined when no folder has one that can be executed. */
  async find(type: string): Promise<string | undefined> {
    for (const folder of this.#options.binDirs) {
      const path = join(folder, type);
      if (await isProgram(path)) return path;
    }
    return undefined;
  }

  /** Throws Unavailable for the first of these plugins that has no binary; `file` is where they are asked for. */
  async require(types: readonly string[], file: string): Promise<void> {
    for (const type of types) {
      if ((await this.find(type)) === undefined) throw this.missing(type, file);
    }
  }

  /** Says that a plugin is missing; `file` is where it is asked for. */
  missing(type: string, file: string): CriError {
    const folders = this.#options.binDirs.join(", ");
    return new CriError("Unavailable", `CNI plugin ${type} (${file}) is not in ${folders}`);
  }

  /**
   * Runs a plugin. Its own refusal is a result; throws CriError with plugin, command and file in its message: Unavailable (no
   * such binary), DeadlineExceeded, Cancelled, ResourceExhausted, or Internal (it printed something that is not JSON).
   */
  async attempt(call: PluginCall, signal: AbortSignal): Promise<PluginOutcome> {
    const path = await this.find(call.type);
    if (path === undefined) throw this.missing(call.type, call.file);
    const { clock, meter } = this.#options;
    const begun = clock.monotonicMillis();
    let outcome = "broken";
    try {
      const done = await this.#traced(call, () => this.#execute(path, call, signal));
      outcome = done.ok ? "ok" : "refused";
      return done;
    } finally {
      const labels = { command: call.command, plugin: call.type, outcome };
      meter.observe(pluginSeconds, (clock.monotonicMillis() - begun) / 1000, labels);
    }
  }

  /** Like `attempt`, but a refusal is thrown: FailedPrecondition for a refused configuration, Unavailable for "later", else Internal. */
  async run(call: PluginCall, signal: AbortSignal): Promise<unknown> {
    const outcome = await this.attempt(call, signal);
    if (!outcome.ok) throw outcome.failure.error;
    return outcome.printed;
  }

  /**
   * Returns the CNI versions that a plugin speaks, undefined when it does not say. Asked once for each binary as it stands on
   * the disk. Throws like `attempt` when it is missing or does not end.
   */
  async versions(
    type: string,
    file: string,
    signal: AbortSignal,
  ): Promise<readonly string[] | undefined> {
    const path = await this.find(type);
    if (path === undefined) throw this.missing(type, file);
    const key = await fingerprint(path);
    if (this.#versions.has(key)) return this.#versions.get(key);
    const versions = await this.#askVersions(type, file, signal);
    if (this.#versions.size >= maxRemembered) this.#versions.clear();
    this.#versions.set(key, versions);
    return versions;
  }

  async #askVersions(type: string, file: string, signal: AbortSignal) {
    const stdin = JSON.stringify({ cniVersion: "1.0.0" });
    const call: PluginCall = { command: "VERSION", type, file, stdin, parameters: undefined };
    try {
      const outcome = await this.attempt(call, signal);
      const printed = outcome.ok ? outcome.printed : undefined;
      const list: unknown = isJsonObject(printed) ? printed["supportedVersions"] : undefined;
      return Array.isArray(list) ? list.filter((entry) => typeof entry === "string") : undefined;
    } catch (error) {
      // A script that prints no JSON works as well as ever.
      if (error instanceof CriError && error.kind === "Internal") return undefined;
      throw error;
    }
  }

  async #traced(
    { command, type, file }: PluginCall,
    work: () => Promise<PluginOutcome>,
  ): Promise<PluginOutcome> {
    const { tracer } = this.#options;
    if (tracer === undefined) return await work();
    const facts = { "cni.command": command, "cni.plugin": type, "cni.configuration": file };
    return await tracer.part(`cni ${command} ${type}`, facts, work);
  }

  async #execute(path: string, call: PluginCall, signal: AbortSignal): Promise<PluginOutcome> {
    const { binDirs, timeoutMillis } = this.#options;
    try {
      const result = await exec(path, [], {
        signal,
        timeoutMillis,
        env: environmentOf(call, binDirs),
        input: call.stdin,
        maxOutputBytes,
      });
      if (result.exitCode !== 0) return { ok: false, failure: failureOf(call, result) };
      const text = result.stdout.toString("utf8");
      return { ok: true, printed: text.trim() === "" ? undefined : readPrinted(text) };
    } catch (error) {
      const { kind } = CriError.from(error, call.type);
      throw new CriError(kind, `${titleOf(call)}: ${messageOf(error)}`, { cause: error });
    }
  }
}

function readPrinted(text: string): unknown {
  try {
    return parseJson(text);
  } catch (error) {
    throw new CriError("Internal", `what it printed ${messageOf(error)}`);
  }
}

/** Every variable is set, so that none of our own environment comes through. */
function environmentOf(call: PluginCall, binDirs: readonly string[]): Record<string, string> {
  const { parameters } = call;
  return {
    CNI_COMMAND: call.command,
    CNI_CONTAINERID: parameters?.sandboxId ?? "",
    CNI_NETNS: parameters?.netnsPath ?? "",
    CNI_IFNAME: parameters?.ifName ?? "",
    CNI_ARGS: (parameters?.cniArgs ?? []).map(([name, value]) => `${name}=${value}`).join(";"),
    CNI_PATH: binDirs.join(delimiter),
  };
}

async function isProgram(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}

async function fingerprint(path: string): Promise<string> {
  const { dev, ino, size, mtimeMs } = await stat(path);
  return [path, dev, ino, size, mtimeMs].join(":");
}
