import { refuse } from "./refuse.ts";

const control = /\p{Cc}/u;
const controlOrSpace = /[\s\p{Cc}]/u;

/** Returns text that may hold anything but NUL, at which C programs would end it. Throws CriError InvalidArgument. */
export function decodeText(text: string, path: string): string {
  return text.includes("\0") ? refuse(path, "must not contain NUL") : text;
}

/** Returns text of one line without control characters, perhaps empty. Throws CriError InvalidArgument. */
export function decodeLine(text: string, path: string): string {
  return control.test(text) ? refuse(path, "must be one line without control characters") : text;
}

/** Returns one line that is not empty. Throws CriError InvalidArgument. */
export function decodeName(text: string, path: string): string {
  return text === "" ? refuse(path, "must not be empty") : decodeLine(text, path);
}

/** Returns text without any space or control character that is not empty. Throws CriError InvalidArgument. */
export function decodeWord(text: string, path: string): string {
  if (text === "") return refuse(path, "must not be empty");
  return controlOrSpace.test(text) ? refuse(path, "must be one word without spaces") : text;
}

/** Returns text that a pattern matches whole; `rule` says in words what does. Throws CriError InvalidArgument. */
export function decodeMatching(text: string, path: string, { pattern, rule }: TextForm): string {
  return pattern.test(text) ? text : refuse(path, rule);
}

/** A form of text: the pattern has both anchors. */
export interface TextForm {
  readonly pattern: RegExp;
  readonly rule: string;
}

/** Decodes every entry of a list; the path given to `decode` has the entry's index. */
export function decodeEach<Wire, Model>(
  entries: readonly Wire[],
  path: string,
  decode: (entry: Wire, path: string) => Model,
): readonly Model[] {
  return entries.map((entry, index) => decode(entry, `${path}[${index}]`));
}

/** Writes the path of a map's entry: `linux.sysctls["kernel.shm_rmid_forced"]`. */
export function entryPath(path: string, key: string): string {
  return `${path}[${JSON.stringify(key)}]`;
}
