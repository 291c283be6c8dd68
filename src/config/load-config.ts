import { readFile } from "node:fs/promises";
import { parse, TomlError } from "smol-toml";
import { CriError, errnoOf, messageOf } from "../model/error.ts";
import type { FlagValues } from "./flags.ts";
import { keyLine } from "./key-line.ts";
import { readSettings, type SettingProblem, settingEntries } from "./read-settings.ts";
import { type Config, defaultConfigFile } from "./settings.ts";

/** Where settings come from: flags win over the file, the file over defaults. */
export interface ConfigSources {
  /** The file that was asked for; undefined: the default one, if it is there. */
  readonly file?: string | undefined;
  readonly flags?: FlagValues;
}

/** A configuration, or else what is wrong with it, one text a problem: place, key, what would be right. */
export interface ConfigReading {
  readonly config: Config;
  readonly problems: readonly string[];
}

type Table = Record<string, unknown>;

const maxFileBytes = 64 * 1024;

/** Returns the settings in force; throws InvalidArgument with every problem, NotFound for a file that was asked for. */
export async function loadConfig(sources: ConfigSources): Promise<Config> {
  const { config, problems } = await readConfig(sources);
  if (problems.length > 0) throw new CriError("InvalidArgument", problems.join("; "));
  return config;
}

/** As `loadConfig`, but hands the problems over one by one; still throws for a file that cannot be read. */
export async function readConfig(sources: ConfigSources): Promise<ConfigReading> {
  const file = sources.file ?? defaultConfigFile;
  const toml = await fileText(file, sources.file !== undefined);
  return parseConfig({ toml, file, flags: sources.flags ?? {} });
}

/** Takes the text of a file, its name (for messages) and flags; never throws. */
export function parseConfig(input: {
  readonly toml: string;
  readonly file: string;
  readonly flags: FlagValues;
}): ConfigReading {
  const parsed = parseToml(input.toml);
  const set = withFlags(parsed.table, input.flags);
  const { config, problems } = readSettings(set.table);
  const described = problems.map((problem) => {
    const flag = set.flagOf.get(problem.path.join("."));
    return flag === undefined ? inFile(problem, input) : `--${flag} ${problem.message}`;
  });
  const unreadable = parsed.problem === undefined ? [] : [`${input.file}${parsed.problem}`];
  return { config, problems: [...unreadable, ...described] };
}

function inFile(problem: SettingProblem, input: { toml: string; file: string }): string {
  const line = keyLine(input.toml, problem.path);
  const place = line === 0 ? input.file : `${input.file}:${line}`;
  return `${place}: ${problem.path.join(".")} ${problem.message}`;
}

async function fileText(file: string, asked: boolean): Promise<string> {
  try {
    const bytes = await readFile(file);
    if (bytes.length <= maxFileBytes)
      return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (thrown) {
    const missing = errnoOf(thrown) === "ENOENT";
    if (missing && !asked) return "";
    const kind = missing ? "NotFound" : "InvalidArgument";
    throw new CriError(kind, `configuration file ${file}: ${messageOf(thrown)}`, { cause: thrown });
  }
  throw new CriError("InvalidArgument", `configuration file ${file} is larger than 64 KiB`);
}

function parseToml(toml: string): { readonly table: Table; readonly problem?: string } {
  try {
    return { table: parse(toml, { unsafeKeyBehaviour: "throw", maxDepth: 10 }) };
  } catch (thrown) {
    const line = thrown instanceof TomlError ? `:${thrown.line}` : "";
    return { table: {}, problem: `${line}: ${firstLine(messageOf(thrown))}` };
  }
}

function firstLine(message: string): string {
  return (message.split("\n", 1)[0] ?? message).trim();
}

/** Lays flags over the file's table; tells which keys came from which flag. */
function withFlags(
  file: Table,
  flags: FlagValues,
): { table: Table; flagOf: ReadonlyMap<string, string> } {
  const flagOf = new Map<string, string>();
  let table = file;
  for (const { path, setting } of settingEntries()) {
    const value = setting.flag === undefined ? undefined : flags[setting.flag];
    if (setting.flag === undefined || value === undefined) continue;
    table = withValue(table, path, value);
    flagOf.set(path.join("."), setting.flag);
  }
  return { table, flagOf };
}

/** A value where the file should have a table is left for the check to find. */
function withValue(table: Table, path: readonly string[], value: unknown): Table {
  const [name, ...rest] = path;
  if (name === undefined) return table;
  if (rest.length === 0) return { ...table, [name]: value };
  const child = table[name] ?? {};
  if (typeof child !== "object" || Array.isArray(child)) return table;
  return { ...table, [name]: withValue(child as Table, rest, value) };
}
