import { CriError, messageOf } from "../model/error.ts";
import { type CniVersion, isSpokenVersion, newestOf, spokenVersionsText } from "./cni-version.ts";
import { isJsonObject, type JsonObject, parseJson } from "./json-value.ts";

/** One plugin of a network: its binary's name, and what it is told. */
export interface PluginConfig {
  readonly type: string;
  /** The capabilities that it declares as true. */
  readonly capabilities: readonly string[];
  /** The plugin's own object, every field as it stands in the file. */
  readonly fields: JsonObject;
}

/** A network configuration: a list of plugins under one name. */
export interface NetworkConfig {
  readonly name: string;
  readonly cniVersion: CniVersion;
  readonly disableGc: boolean;
  readonly plugins: readonly PluginConfig[];
  /** The list as JSON text: what the cache keeps, as libcni keeps it. */
  readonly text: string;
  /** The file it came from, for messages. */
  readonly file: string;
}

/** The name becomes part of the cache's file name (NAME-SANDBOXID-IFNAME), which with the parts around it must stay under 255 bytes. */
const maxNameLength = 128;
const namePattern = /^[A-Za-z0-9][A-Za-z0-9_.-]*$/;

/**
 * Takes the text of a configuration list, or of a single plugin, which becomes a list of one; `file` is for messages.
 * Throws CriError FailedPrecondition that names the file and the key.
 */
export function parseNetworkConfig(text: string, file: string): NetworkConfig {
  try {
    const parsed = parseJson(text);
    if (!isJsonObject(parsed)) throw invalid("must be a JSON object");
    return "plugins" in parsed ? fromList(parsed, text, file) : fromSingle(parsed, file);
  } catch (error) {
    throw new CriError("FailedPrecondition", `${file}: ${messageOf(error)}`);
  }
}

function fromSingle(parsed: JsonObject, file: string): NetworkConfig {
  const { name, cniVersion } = parsed;
  const list = { name, ...(cniVersion === undefined ? {} : { cniVersion }), plugins: [parsed] };
  return fromList(list, JSON.stringify(list), file);
}

function fromList(parsed: JsonObject, text: string, file: string): NetworkConfig {
  const plugins = parsed["plugins"];
  if (!Array.isArray(plugins) || plugins.length === 0) {
    throw invalid("plugins must be a list with at least one plugin");
  }
  return {
    name: readName(parsed["name"]),
    cniVersion: readVersion(parsed["cniVersion"], parsed["cniVersions"]),
    disableGc: readBoolean(parsed, "disableGC"),
    plugins: plugins.map(readPlugin),
    text,
    file,
  };
}

function readName(name: unknown): string {
  if (typeof name !== "string" || !namePattern.test(name) || name.length > maxNameLength) {
    throw invalid(
      `name must be letters, digits, "_", "." and "-", at most ${maxNameLength}, beginning with a letter or digit`,
    );
  }
  return name;
}

/** No version at all means 0.1.0 (libcni); of several, the newest that both sides speak. */
function readVersion(single: unknown, several: unknown): CniVersion {
  if (several !== undefined && !Array.isArray(several)) throw invalid("cniVersions must be a list");
  const offered: readonly unknown[] = [
    ...(several ?? []),
    ...(single === undefined || single === "" ? [] : [single]),
  ];
  if (offered.length === 0) return "0.1.0";
  const version = newestOf(offered.filter(isSpokenVersion));
  if (version === undefined) {
    throw invalid(`cniVersion ${JSON.stringify(offered)} must be one of ${spokenVersionsText}`);
  }
  return version;
}

/** Texts count as well: real configurations have `"true"`. */
function readBoolean(parsed: JsonObject, key: string): boolean {
  const value = parsed[key] ?? false;
  const word = typeof value === "string" ? value.toLowerCase() : value;
  if (word === true || word === "true") return true;
  if (word === false || word === "false") return false;
  throw invalid(`${key} must be true or false`);
}

function readPlugin(value: unknown, index: number): PluginConfig {
  const key = `plugins[${index}]`;
  if (!isJsonObject(value)) throw invalid(`${key} must be an object`);
  const { type, capabilities } = value;
  if (typeof type !== "string" || !namePattern.test(type)) {
    throw invalid(`${key}.type must be the file name of a plugin`);
  }
  if (capabilities !== undefined && capabilities !== null && !isJsonObject(capabilities)) {
    throw invalid(`${key}.capabilities must be an object`);
  }
  const declared = Object.entries(capabilities ?? {}).filter(([, on]) => on === true);
  return { type, capabilities: declared.map(([name]) => name), fields: value };
}

export interface RequestParts {
  readonly prevResult?: unknown;
  readonly capabilityArgs?: JsonObject;
  readonly extra?: JsonObject;
}

/**
 * Returns what a plugin reads on its standard input: its own fields, name and version of the network, the result before it,
 * and of the capability arguments those it declared (CNI spec section 3, "Deriving request configuration"). `capabilities`
 * stays in, as libcni leaves it.
 */
export function requestFor(
  network: NetworkConfig,
  plugin: PluginConfig,
  parts: RequestParts,
): string {
  const { prevResult, capabilityArgs = {}, extra } = parts;
  const runtimeConfig = Object.fromEntries(
    plugin.capabilities
      .filter((name) => Object.hasOwn(capabilityArgs, name))
      .map((name) => [name, capabilityArgs[name]]),
  );
  return JSON.stringify({
    ...plugin.fields,
    name: network.name,
    cniVersion: network.cniVersion,
    ...(prevResult === undefined ? {} : { prevResult }),
    ...(Object.keys(runtimeConfig).length === 0 ? {} : { runtimeConfig }),
    ...extra,
  });
}

function invalid(message: string): CriError {
  return new CriError("FailedPrecondition", message);
}
