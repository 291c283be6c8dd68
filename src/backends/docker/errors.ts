import type { CriErrorKind } from "../../model/error.ts";
import { CriError, errnoOf, messageOf } from "../../model/error.ts";

/** Docker's HTTP answer to a call that failed; the `cause` of the CriError that callers see. */
class DockerAnswer extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** Which call failed, for the error's text. */
export interface CallName {
  readonly endpoint: string;
  readonly method: string;
  readonly path: string;
}

const kindOfStatus: Readonly<Record<number, CriErrorKind>> = {
  400: "InvalidArgument",
  401: "PermissionDenied",
  403: "PermissionDenied",
  404: "NotFound",
  409: "FailedPrecondition",
  501: "Unimplemented",
  503: "Unavailable",
};

/** Takes an answer of 400 or above and its body, and returns the CriError of it; the kind follows from the status alone. */
export function errorOfAnswer(status: number, body: string): CriError {
  const message = messageInBody(body) || `docker answered with status ${status}`;
  const cause = new DockerAnswer(status, message);
  return new CriError(kindOfStatus[status] ?? "Internal", `docker: ${message}`, { cause });
}

/** Returns the HTTP status behind an error of this room, undefined when docker did not answer at all. */
export function statusOf(thrown: unknown): number | undefined {
  if (!(thrown instanceof Error)) return undefined;
  return thrown.cause instanceof DockerAnswer ? thrown.cause.status : undefined;
}

/** Returns docker's own words behind an error of this room, else the error's text. */
export function dockerWords(thrown: unknown): string {
  const answered = thrown instanceof Error && thrown.cause instanceof DockerAnswer;
  return answered ? messageOf(thrown.cause) : messageOf(thrown);
}

/** Docker has no such object. */
export function isNotFound(thrown: unknown): boolean {
  return statusOf(thrown) === 404;
}

/** A name is taken, or the object's state does not allow the call. */
export function isConflict(thrown: unknown): boolean {
  return statusOf(thrown) === 409;
}

/**
 * What the socket says when nobody listens or the daemon went away in the middle. Node reports a connection closed
 * before the answer as ECONNRESET, too.
 */
const unreachable = new Set([
  "ENOENT",
  "ECONNREFUSED",
  "ECONNRESET",
  "EPIPE",
  "EACCES",
  "ENOTSOCK",
]);

/** Takes what a connection threw and returns it as a CriError: Unavailable when docker cannot be reached there. */
export function errorOfConnection(thrown: unknown, call: CallName): CriError {
  if (thrown instanceof CriError) return thrown;
  const errno = errnoOf(thrown) ?? "";
  if (!unreachable.has(errno)) return CriError.from(thrown, `${call.method} ${call.path}`);
  const message = `docker cannot be reached at ${call.endpoint}: ${messageOf(thrown)}`;
  return new CriError("Unavailable", message, { cause: thrown });
}

/** The error of a call that docker left without an answer for that long. */
export function unanswered(call: CallName, millis: number): CriError {
  const what = `${call.method} ${call.path}`;
  return new CriError(
    "DeadlineExceeded",
    `docker at ${call.endpoint} did not answer ${what} within ${millis} ms`,
  );
}

function messageInBody(body: string): string {
  try {
    const parsed: unknown = JSON.parse(body);
    if (typeof parsed === "object" && parsed !== null && "message" in parsed)
      return String(parsed.message);
  } catch {
    // Before the API proper is reached dockerd answers in plain text.
  }
  return body.trim().slice(0, 4096);
}
