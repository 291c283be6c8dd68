import { type ServiceError, status } from "@grpc/grpc-js";
import { CriError, type CriErrorKind } from "../model/error.ts";

const kinds: ReadonlyMap<status, CriErrorKind> = new Map([
  [status.CANCELLED, "Cancelled"],
  [status.INVALID_ARGUMENT, "InvalidArgument"],
  [status.DEADLINE_EXCEEDED, "DeadlineExceeded"],
  [status.NOT_FOUND, "NotFound"],
  [status.ALREADY_EXISTS, "AlreadyExists"],
  [status.PERMISSION_DENIED, "PermissionDenied"],
  [status.RESOURCE_EXHAUSTED, "ResourceExhausted"],
  [status.FAILED_PRECONDITION, "FailedPrecondition"],
  [status.ABORTED, "Aborted"],
  [status.OUT_OF_RANGE, "OutOfRange"],
  [status.UNIMPLEMENTED, "Unimplemented"],
  [status.INTERNAL, "Internal"],
  [status.UNAVAILABLE, "Unavailable"],
]);

/** What grpc-js 1.14 says when it got no connection, or one on which nobody speaks HTTP/2. */
const unconnected = /^No connection established\. Last error: (?:Error: )?(.*?)\. Resolution note:/;

/**
 * Turns what grpc-js says of a failed call into a CriError of the same code; codes that CRI does not use become Unknown. One
 * that found nobody at the endpoint names it.
 */
export function callError(error: ServiceError, endpoint: string): CriError {
  const [, reason] = unconnected.exec(error.details) ?? [];
  const message =
    reason === undefined ? error.details : `no CRI endpoint answers at ${endpoint}: ${reason}`;
  return new CriError(kinds.get(error.code) ?? "Unknown", message, { cause: error });
}
