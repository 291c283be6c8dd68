import {
  isDictionary,
  isSetting,
  type Setting,
  type SettingGroup,
  type SettingNode,
} from "./setting.ts";
import { settings } from "./settings.ts";

/** Returns the text of a configuration file that sets every key to its default and explains it. */
export function defaultConfig(): string {
  const head =
    "# cri-ferry: all settings with their defaults. Each is also a flag of `cri-ferry serve`.\n\n";
  return `${head}${section(settings, []).trimEnd()}\n`;
}

/** A table's own keys stand before its sub-tables: after a header TOML has no way back. */
function section(group: SettingGroup, path: readonly string[]): string {
  const entries = Object.entries(group);
  const keys = entries.map(([name, node]) => (isSetting(node) ? keyText(name, node) : ""));
  const tables = entries.map(([name, node]) => tableText(node, [...path, name]));
  const ownKeys = keys.join("");
  const header = path.length > 0 && ownKeys !== "" ? `[${path.join(".")}]\n` : "";
  return header + ownKeys + tables.join("");
}

function keyText(name: string, setting: Setting<unknown>): string {
  const flag = setting.flag === undefined ? "" : `# Flag --${setting.flag}\n`;
  return `${commented(setting.comment)}${flag}${name} = ${setting.printedDefault}\n\n`;
}

function tableText(node: SettingNode, path: readonly string[]): string {
  if (isSetting(node)) return "";
  return isDictionary(node) ? `${commented(node.comment)}\n` : section(node, path);
}

function commented(lines: readonly string[]): string {
  return lines.map((line) => `# ${line}`.trimEnd() + "\n").join("");
}
