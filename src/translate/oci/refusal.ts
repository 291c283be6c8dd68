import { CriError } from "../../model/error.ts";

/** Returns the error for what this node cannot do: names the field, and what would do. */
export function cannot(field: string, reason: string): CriError {
  return new CriError("FailedPrecondition", `${field}: ${reason}`);
}

/** Returns the error for what is wrong on any node. */
export function invalid(field: string, reason: string): CriError {
  return new CriError("InvalidArgument", `${field}: ${reason}`);
}
