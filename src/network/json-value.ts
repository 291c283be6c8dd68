import { CriError } from "../model/error.ts";

export type JsonObject = Readonly<Record<string, unknown>>;

/** Whether a parsed JSON value is an object, not null and not a list. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * Reads JSON. Throws CriError Internal that says where it breaks but quotes nothing: a CNI configuration may hold a token, and
 * the engine's own message quotes the text.
 */
export function parseJson(text: string): unknown {
  if (text.trim() === "") throw new CriError("Internal", "is empty");
  try {
    return JSON.parse(text);
  } catch (error) {
    const position = /at position (\d+)/.exec(error instanceof Error ? error.message : "")?.[1];
    const where = position === undefined ? "" : ` (${placeOf(text, Number(position))})`;
    throw new CriError("Internal", `is not valid JSON${where}`);
  }
}

function placeOf(text: string, position: number): string {
  const before = text.slice(0, position).split("\n");
  return `line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`;
}
