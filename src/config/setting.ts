import { CriError } from "../model/error.ts";

/** What every setting says of itself. */
export interface SettingFacts<V> {
  /** The flag without its dashes; undefined: only the file can set it. */
  readonly flag?: string;
  readonly default: V;
  /** Lines for `config default`; empty for keys that are shown only as an example. */
  readonly comment: readonly string[];
}

/** One key of the file: how its value is checked, and how its default is printed. */
export interface Setting<V> extends SettingFacts<V> {
  readonly repeatable: boolean;
  /** Takes a TOML value or a flag's text; throws InvalidArgument that says what would be right, without the key. */
  readonly read: (value: unknown) => V;
  /** The default as a TOML value. */
  readonly printedDefault: string;
}

/** Keys under names that the user chooses, such as `handlers.NAME.backend`. */
export interface Dictionary<G> {
  readonly entries: G;
  /** Keys that every entry needs; their defaults are never used. */
  readonly required: readonly string[];
  /** Returns what is wrong with a name, or undefined. */
  readonly checkName: (name: string) => string | undefined;
  /** Comment and example for `config default`. */
  readonly comment: readonly string[];
}

/** A table of the file. */
export type SettingGroup = { readonly [name: string]: SettingNode };
/** What stands under a key: a setting, or a table of them. */
export type SettingNode = Setting<unknown> | Dictionary<SettingGroup> | SettingGroup;

/** Tells a setting from tables. */
export function isSetting(node: SettingNode): node is Setting<unknown> {
  return "printedDefault" in node;
}

/** Tells a table with the user's own keys from one of ours. */
export function isDictionary(node: SettingNode): node is Dictionary<SettingGroup> {
  return "checkName" in node;
}

/** A text that `check` finds right; `check` returns what is wrong, or undefined. */
export function text<V extends string | undefined>(
  facts: SettingFacts<V>,
  check: (value: string) => string | undefined,
): Setting<string | V> {
  return {
    ...facts,
    repeatable: false,
    printedDefault: JSON.stringify(facts.default ?? ""),
    read: (value) => checked(value, check),
  };
}

/** One of a closed list of words. */
export function choice<const W extends string, D extends W | undefined>(
  words: readonly W[],
  facts: SettingFacts<D>,
): Setting<W | D> {
  const isWord = (value: unknown): value is W => words.some((word) => word === value);
  return {
    ...facts,
    repeatable: false,
    printedDefault: JSON.stringify(facts.default ?? ""),
    read: (value) => {
      if (isWord(value)) return value;
      throw wrong(`must be ${oneOf(words)}, not ${shown(value)}`);
    },
  };
}

/** A list of texts, each of which `check` finds right; its flag may be given several times. */
export function list(
  facts: SettingFacts<readonly string[]>,
  check: (value: string) => string | undefined,
): Setting<readonly string[]> {
  return {
    ...facts,
    repeatable: true,
    printedDefault: `[${facts.default.map((item) => JSON.stringify(item)).join(", ")}]`,
    read: (value) => {
      if (!Array.isArray(value)) throw wrong(`must be a list of texts, not ${shown(value)}`);
      if (value.length === 0) throw wrong("must not be empty");
      return value.map((item: unknown) => checked(item, check));
    },
  };
}

const bytesOfUnit: ReadonlyMap<string, number> = new Map([
  ["", 1],
  ["KiB", 2 ** 10],
  ["MiB", 2 ** 20],
  ["GiB", 2 ** 30],
]);

/** An amount of bytes between two bounds, written as a number or as `32MiB`; its default is given in MiB. */
export function size(
  facts: SettingFacts<number>,
  bounds: { readonly minBytes: number; readonly maxBytes: number },
): Setting<number> {
  return {
    ...facts,
    repeatable: false,
    printedDefault: JSON.stringify(`${facts.default / 2 ** 20}MiB`),
    read: (value) => {
      const bytes = bytesOf(value);
      if (bytes >= bounds.minBytes && bytes <= bounds.maxBytes) return bytes;
      throw wrong(`must lie between ${bounds.minBytes} and ${bounds.maxBytes} bytes`);
    },
  };
}

/** A whole number between two bounds; its unit stands in the key's name. */
export function amount(
  facts: SettingFacts<number>,
  bounds: { readonly min: number; readonly max: number },
): Setting<number> {
  return {
    ...facts,
    repeatable: false,
    printedDefault: String(facts.default),
    read: (value) => {
      const number = typeof value === "string" && /^\d{1,15}$/.test(value) ? Number(value) : value;
      const isWhole = typeof number === "number" && Number.isInteger(number);
      if (isWhole && number >= bounds.min && number <= bounds.max) return number;
      const range = `a whole number from ${bounds.min} to ${bounds.max}`;
      throw wrong(isWhole ? `must be ${range}` : `must be ${range}, not ${shown(value)}`);
    },
  };
}

function bytesOf(value: unknown): number {
  const match = /^(\d{1,15})(|KiB|MiB|GiB)$/.exec(String(value));
  const unit = bytesOfUnit.get(match?.[2] ?? "");
  if (
    match === null ||
    unit === undefined ||
    (typeof value !== "string" && typeof value !== "number")
  ) {
    throw wrong(`must be bytes or a size like "32MiB" (KiB, MiB, GiB), not ${shown(value)}`);
  }
  return Number(match[1]) * unit;
}

function checked(value: unknown, check: (value: string) => string | undefined): string {
  if (typeof value !== "string") throw wrong(`must be a text in quotes, not ${shown(value)}`);
  const problem = check(value);
  if (problem !== undefined) throw wrong(`${problem}, not ${shown(value)}`);
  return value;
}

function wrong(message: string): CriError {
  return new CriError("InvalidArgument", message);
}

function shown(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "number" || typeof value === "boolean") return `${value}`;
  if (Array.isArray(value)) return "a list";
  return value instanceof Date ? "a date" : "a table";
}

function oneOf(words: readonly string[]): string {
  const quoted = words.map((word) => JSON.stringify(word));
  return `${quoted.slice(0, -1).join(", ")} or ${quoted.at(-1)}`;
}
