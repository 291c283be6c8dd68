import { decodeMatching } from "./text.ts";

const form = {
  pattern: /^[0-9a-zA-Z_.-]{1,128}$/,
  rule: "must be an id: 1 to 128 of the characters 0-9, A-Z, a-z, _, . and -",
};

/** Checks the form of an id, whole or short, and returns it; runtime/ finds what it means. Throws CriError InvalidArgument. */
export function decodeId(text: string, path: string): string {
  return decodeMatching(text, path, form);
}

/** As `decodeId`, where an empty id means: none was said. */
export function decodeOptionalId(text: string, path: string): string | undefined {
  return text === "" ? undefined : decodeId(text, path);
}
