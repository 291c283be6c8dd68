import { CriError } from "../model/error.ts";

/** A JSON object of somebody else. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Parses a document that must be a JSON object. Throws InvalidArgument naming it. */
export function parseObject(bytes: Uint8Array, what: string): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString());
  } catch (thrown) {
    throw new CriError("InvalidArgument", `${what} is no JSON`, { cause: thrown });
  }
  return objectIn(value, what);
}

/** Returns the value when it is an object. Throws InvalidArgument naming it. */
export function objectIn(value: unknown, what: string): JsonObject {
  if (typeof value === "object" && value !== null && !Array.isArray(value))
    return value as JsonObject;
  throw new CriError("InvalidArgument", `${what} is no table`);
}

/** Returns the value when it is a list, none when it is absent. Throws InvalidArgument for another, and for a longer one. */
export function listIn(
  value: unknown,
  what: string,
  maxLength = Number.MAX_SAFE_INTEGER,
): readonly unknown[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw new CriError("InvalidArgument", `${what} is no list`);
  if (value.length <= maxLength) return value;
  throw new CriError(
    "InvalidArgument",
    `${what} has ${value.length} entries, more than ${maxLength}`,
  );
}

/** Returns the value when it is a text, `""` when it is absent. Throws InvalidArgument for another. */
export function textIn(value: unknown, what: string): string {
  if (value === undefined || value === null) return "";
  if (typeof value === "string") return value;
  throw new CriError("InvalidArgument", `${what} is no text`);
}

/** Returns the texts of an object of texts, none when it is absent. Throws InvalidArgument for another. */
export function textsIn(value: unknown, what: string): Readonly<Record<string, string>> {
  if (value === undefined || value === null) return {};
  return Object.fromEntries(
    Object.entries(objectIn(value, what)).map(([key, text]) => [
      key,
      textIn(text, `${what}.${key}`),
    ]),
  );
}
