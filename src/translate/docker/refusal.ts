import { CriError } from "../../model/error.ts";

/** Returns the error for what this engine cannot do: names the field, and what would do. */
export function cannot(field: string, reason: string): CriError {
  return new CriError("FailedPrecondition", `${field}: ${reason}`);
}

/** Returns the error for what is wrong on any engine. */
export function invalid(field: string, reason: string): CriError {
  return new CriError("InvalidArgument", `${field}: ${reason}`);
}

/** The largest uid and gid that docker takes (moby/sys/user). */
const largestId = 0x7fff_ffff;

/** Returns the number as docker wants it written. Throws FailedPrecondition when it is too large for docker. */
export function idText(field: string, id: number): string {
  if (id < 0 || id > largestId) throw cannot(field, `docker takes 0 to ${largestId}, not ${id}`);
  return String(id);
}
