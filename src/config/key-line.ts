import { parse } from "smol-toml";

/**
 * Returns the line (from 1) where a key of a valid TOML text is set, 0 when it is not there. smol-toml tells no positions, so
 * ever longer beginnings are parsed until the key appears; only done to word an error, on texts of at most 64 KiB.
 */
export function keyLine(toml: string, path: readonly string[]): number {
  const lines = toml.split("\n");
  let firstOfStatement = 1;
  for (let count = 1; count <= lines.length; count += 1) {
    const table = parsed(lines.slice(0, count).join("\n"));
    // A beginning that ends inside a list or a long text does not parse.
    if (table === undefined) continue;
    if (has(table, path)) return firstOfStatement;
    firstOfStatement = count + 1;
  }
  return 0;
}

function parsed(toml: string): unknown {
  try {
    return parse(toml);
  } catch {
    return undefined;
  }
}

function has(table: unknown, path: readonly string[]): boolean {
  let node = table;
  for (const name of path) {
    if (typeof node !== "object" || node === null || !Object.hasOwn(node, name)) return false;
    node = Object.entries(node).find(([key]) => key === name)?.[1];
  }
  return true;
}
