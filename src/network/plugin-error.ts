import type { ExecResult } from "../host/exec.ts";
import { CriError, type CriErrorKind } from "../model/error.ts";
import { isJsonObject, parseJson } from "./json-value.ts";
import { type PluginCall, titleOf } from "./plugin-call.ts";

/** A plugin ended with an error. */
export interface PluginFailure {
  /** The error code of the CNI specification or the plugin's own (from 100), undefined when it printed none. */
  readonly code: number | undefined;
  readonly error: CriError;
}

/** "Incompatible CNI version". */
export const incompatibleVersion = 1;
/** "Container unknown": there is nothing to clean up. */
export const unknownContainer = 3;
/** "Invalid environment variables": what a plugin says to a CNI_COMMAND that it does not know. */
export const invalidEnvironment = 4;

/** The codes of the specification that mean something to a client; any other is Internal. */
const kindOfCode: Readonly<Record<number, CriErrorKind>> = {
  1: "FailedPrecondition",
  2: "FailedPrecondition",
  7: "FailedPrecondition",
  11: "Unavailable",
  50: "Unavailable",
  51: "Unavailable",
};

/** Longer texts are cut: a plugin may print a whole trace. */
const maxTextLength = 512;

/** Reads what a plugin printed before it ended with a code other than 0: the error object, else the end of its standard error. */
export function failureOf(call: PluginCall, result: ExecResult): PluginFailure {
  const { code, msg, details } = readErrorObject(result.stdout.toString("utf8"));
  const words = [msg, details].filter((part) => part !== "").join("; ");
  const text = words === "" ? tidy(result.stderr.toString("utf8")) : words;
  const suffix = code === undefined ? `exit code ${result.exitCode}` : `code ${code}`;
  const message = `${titleOf(call)}: ${text === "" ? "it said nothing" : text} (${suffix})`;
  return { code, error: new CriError(kindOfCode[code ?? -1] ?? "Internal", message) };
}

function readErrorObject(stdout: string) {
  const printed = parsedOrUndefined(stdout);
  if (!isJsonObject(printed)) return { code: undefined, msg: "", details: "" };
  const { code, msg, details } = printed;
  return {
    code: typeof code === "number" ? code : undefined,
    msg: typeof msg === "string" ? tidy(msg) : "",
    details: typeof details === "string" ? tidy(details) : "",
  };
}

function parsedOrUndefined(text: string): unknown {
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}

/** One line, without control characters; of a long text the end, where the reason stands. */
function tidy(text: string): string {
  const line = text.replaceAll(/[\p{Cc}\s]+/gu, " ").trim();
  return line.length > maxTextLength ? `…${line.slice(-maxTextLength)}` : line;
}
