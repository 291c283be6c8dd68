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

/** Turns what grpc-js says of a failed call into a CriError of the same code; codes that CRI does not use become Unknown. */
export function callError(error: ServiceError): CriError {
  return new CriError(kinds.get(error.code) ?? "Unknown", error.details, { cause: error });
}
