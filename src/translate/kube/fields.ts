import { CriError } from "../../model/error.ts";

/**
 * An object of a manifest that remembers what was read of it, so that `end` can refuse the rest: what this translator does not know
 * is never silently dropped. Every refusal is InvalidArgument and names the field's path. null counts as absent, as in Kubernetes.
 */
export class Fields {
  readonly path: string;
  readonly #values: ReadonlyMap<string, unknown>;
  readonly #read = new Set<string>();

  constructor(value: unknown, path: string) {
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      throw refused(path === "" ? "the manifest" : path, "must be an object");
    }
    this.path = path;
    this.#values = new Map(Object.entries(value).filter(([, field]) => field !== null));
  }

  /** The path of a field, as `spec.containers[0].image`. */
  at(name: string): string {
    return this.path === "" ? name : `${this.path}.${name}`;
  }

  has(name: string): boolean {
    return this.#values.has(name);
  }

  text(name: string): string | undefined {
    return this.#optional(name, (value, path) => textOf(value, path));
  }

  requiredText(name: string): string {
    const value = this.text(name);
    if (value === undefined || value === "") throw refused(this.at(name), "is needed");
    return value;
  }

  /** A text that must be one of these words. */
  word<const W extends string>(name: string, words: readonly W[]): W | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    const word = words.find((candidate) => candidate === value);
    if (word === undefined) {
      throw refused(this.at(name), `is "${value}"; only ${words.join(", ")} will do here`);
    }
    return word;
  }

  flag(name: string): boolean | undefined {
    return this.#optional(name, (value, path) => {
      if (typeof value !== "boolean") throw refused(path, "must be true or false");
      return value;
    });
  }

  /** An integer between two bounds, both included. */
  integer(name: string, least: number, most: number): number | undefined {
    return this.#optional(name, (value, path) => integerOf(value, path, [least, most]));
  }

  /** A quantity's text: YAML reads `cpu: 1` as a number. */
  quantityText(name: string): string | undefined {
    return this.#optional(name, (value, path) => {
      if (typeof value === "number") return `${value}`;
      return textOf(value, path);
    });
  }

  object(name: string): Fields | undefined {
    return this.#optional(name, (value, path) => new Fields(value, path));
  }

  /** An object that may be absent: then one without fields. */
  objectOrEmpty(name: string): Fields {
    return this.object(name) ?? new Fields({}, this.at(name));
  }

  /** A list of objects; empty when absent. */
  objects(name: string): readonly Fields[] {
    return this.#list(name).map((item, index) => new Fields(item, `${this.at(name)}[${index}]`));
  }

  texts(name: string): readonly string[] {
    return this.#list(name).map((item, index) => textOf(item, `${this.at(name)}[${index}]`));
  }

  integers(name: string, least: number, most: number): readonly number[] {
    return this.#list(name).map((item, index) =>
      integerOf(item, `${this.at(name)}[${index}]`, [least, most]),
    );
  }

  /** Labels and the like; empty when absent. */
  textMap(name: string): Readonly<Record<string, string>> {
    const map = this.object(name);
    if (map === undefined) return {};
    return Object.fromEntries(
      [...map.#values].map(([key, value]) => [key, textOf(value, map.at(key))]),
    );
  }

  /** The names that are there. */
  names(): readonly string[] {
    return [...this.#values.keys()];
  }

  /** Accepts fields that mean nothing here. */
  ignore(...names: readonly string[]): void {
    for (const name of names) this.#read.add(name);
  }

  /** Refuses every field that nobody has read. */
  end(): void {
    for (const name of this.#values.keys()) {
      if (!this.#read.has(name)) throw refused(this.at(name), "is not supported");
    }
  }

  #optional<T>(name: string, read: (value: unknown, path: string) => T): T | undefined {
    this.#read.add(name);
    const value = this.#values.get(name);
    return value === undefined ? undefined : read(value, this.at(name));
  }

  #list(name: string): readonly unknown[] {
    const list = this.#optional(name, (value, path): readonly unknown[] => {
      if (!Array.isArray(value)) throw refused(path, "must be a list");
      return value;
    });
    return list ?? [];
  }
}

/** The refusal of a field: its path and what would be right. */
export function refused(path: string, message: string): CriError {
  return new CriError("InvalidArgument", `${path} ${message}`);
}

function textOf(value: unknown, path: string): string {
  if (typeof value !== "string") throw refused(path, "must be a text (in quotes)");
  return value;
}

function integerOf(value: unknown, path: string, [least, most]: readonly [number, number]): number {
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= least && value <= most) {
    return value;
  }
  throw refused(path, `must be an integer from ${least} to ${most}`);
}
