import { type StatusObject, status } from "@grpc/grpc-js";
import type { CriError, CriErrorKind } from "../model/error.ts";

const codes: Readonly<Record<CriErrorKind, status>> = {
  Cancelled: status.CANCELLED,
  Unknown: status.UNKNOWN,
  InvalidArgument: status.INVALID_ARGUMENT,
  DeadlineExceeded: status.DEADLINE_EXCEEDED,
  NotFound: status.NOT_FOUND,
  AlreadyExists: status.ALREADY_EXISTS,
  PermissionDenied: status.PERMISSION_DENIED,
  ResourceExhausted: status.RESOURCE_EXHAUSTED,
  FailedPrecondition: status.FAILED_PRECONDITION,
  Aborted: status.ABORTED,
  OutOfRange: status.OUT_OF_RANGE,
  Unimplemented: status.UNIMPLEMENTED,
  Internal: status.INTERNAL,
  Unavailable: status.UNAVAILABLE,
};

/** Returns gRPC's own word for an error's code, as `NOT_FOUND`. */
export function statusNameOf(kind: CriErrorKind): string {
  return status[codes[kind]];
}

/** The message travels in a header, three bytes for a strange one; Go clients take 16 KiB of headers by default and more. */
const maxDetailsLength = 4096;

/** Takes an error and returns what the client sees of it: code and message, never the cause. */
export function statusOf(error: CriError): Pick<StatusObject, "code" | "details"> {
  return { code: codes[error.kind], details: headerText(error.message) };
}

/** grpc-js escapes with encodeURI, which throws at half a surrogate pair. */
function headerText(message: string): string {
  return shortened(message).toWellFormed();
}

/** Returns a text of a bounded length: what errors quote may be a client's, and as long as a request. */
export function shortened(text: string): string {
  return text.length > maxDetailsLength ? `${text.slice(0, maxDetailsLength)}…` : text;
}
