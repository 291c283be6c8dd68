import { messageOf } from "../model/error.ts";
import { nearest } from "./nearest.ts";
import {
  type Dictionary,
  isDictionary,
  isSetting,
  type Setting,
  type SettingGroup,
  type SettingNode,
} from "./setting.ts";
import { type Config, settings } from "./settings.ts";

/** A key that is wrong, and what would be right. */
export interface SettingProblem {
  readonly path: readonly string[];
  readonly message: string;
}

type Report = (path: readonly string[], message: string) => void;
type Table = Readonly<Record<string, unknown>>;

/** Takes a table as TOML gives it (flags laid over it); returns every setting, and what was wrong: then its default stands. */
export function readSettings(table: Table): {
  readonly config: Config;
  readonly problems: readonly SettingProblem[];
} {
  const problems: SettingProblem[] = [];
  const report: Report = (path, message) => problems.push({ path, message });
  // The walk follows the table of settings, from whose shape the type Config is made.
  const config = readGroup(settings, table, { path: [], report }) as Config;
  for (const [name, handler] of Object.entries(config.handlers)) {
    checkHandler(handler, ["handlers", name], report);
  }
  checkCertificate(config, "metrics", report);
  checkCertificate(config, "streaming", report);
  return { config, problems };
}

/** Returns each setting with its key; those of dictionaries are left out. */
export function settingEntries(
  group: SettingGroup = settings,
  path: readonly string[] = [],
): readonly { readonly path: readonly string[]; readonly setting: Setting<unknown> }[] {
  return Object.entries(group).flatMap(([name, node]) => {
    if (isSetting(node)) return [{ path: [...path, name], setting: node }];
    return isDictionary(node) ? [] : settingEntries(node, [...path, name]);
  });
}

interface Place {
  readonly path: readonly string[];
  readonly report: Report;
}

function readGroup(group: SettingGroup, table: Table, place: Place): Record<string, unknown> {
  for (const name of Object.keys(table)) {
    if (!Object.hasOwn(group, name)) reportUnknown(group, name, place);
  }
  const read = ([name, node]: [string, SettingNode]): [string, unknown] => {
    const value = Object.hasOwn(table, name) ? table[name] : undefined;
    return [name, readNode(node, value, { ...place, path: [...place.path, name] })];
  };
  return Object.fromEntries(Object.entries(group).map(read));
}

function readNode(node: SettingNode, value: unknown, place: Place): unknown {
  if (isSetting(node)) return readSetting(node, value, place);
  if (value !== undefined && !isTable(value)) place.report(place.path, "must be a table of keys");
  const table = isTable(value) ? value : {};
  return isDictionary(node) ? readDictionary(node, table, place) : readGroup(node, table, place);
}

function readSetting(setting: Setting<unknown>, value: unknown, place: Place): unknown {
  if (value === undefined) return setting.default;
  try {
    return setting.read(value);
  } catch (thrown) {
    place.report(place.path, messageOf(thrown));
    return setting.default;
  }
}

function readDictionary(node: Dictionary<SettingGroup>, table: Table, place: Place): unknown {
  const read = ([name, value]: [string, unknown]): [string, unknown] => {
    const path = [...place.path, name];
    const problem = node.checkName(name);
    if (problem !== undefined) place.report(path, problem);
    reportMissing(node, value, { ...place, path });
    return [name, readNode(node.entries, value, { ...place, path })];
  };
  return Object.fromEntries(Object.entries(table).map(read));
}

function reportMissing(node: Dictionary<SettingGroup>, value: unknown, place: Place): void {
  const missing = node.required.filter((key) => isTable(value) && !Object.hasOwn(value, key));
  for (const key of missing) place.report(place.path, `needs the key ${key}`);
}

function reportUnknown(group: SettingGroup, name: string, { path, report }: Place): void {
  const full = [...path, name].join(".");
  const siblings = Object.keys(group).map((key) => [...path, key].join("."));
  const known = [...settingEntries().map((entry) => entry.path.join(".")), ...siblings];
  const meant = nearest(full, known) ?? nearest(name, known);
  report(
    [...path, name],
    meant === undefined ? "is not a setting" : `is not a setting; did you mean ${meant}?`,
  );
}

function checkHandler(
  handler: Config["handlers"][string],
  path: readonly string[],
  report: Report,
): void {
  if (handler.backend !== "docker") return;
  for (const key of ["path", "root"] as const) {
    if (handler[key] === undefined) continue;
    report(
      [...path, key],
      "is for backend runc; dockerd's own runtimes configuration says it for docker",
    );
  }
}

function checkCertificate(config: Config, server: "metrics" | "streaming", report: Report): void {
  const { tlsCert, tlsKey } = config[server];
  if ((tlsCert === "") === (tlsKey === "")) return;
  const [given, missing] = tlsCert === "" ? ["tlsKey", "tlsCert"] : ["tlsCert", "tlsKey"];
  report([server, given], `needs ${server}.${missing} beside it`);
}

function isTable(value: unknown): value is Table {
  return (
    typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Date)
  );
}
