import { CriError } from "../model/error.ts";

/** A Status of Kubernetes' API, as far as it tells an exit code. */
interface Status {
  readonly status?: string;
  readonly message?: string;
  readonly reason?: string;
  readonly details?: {
    readonly causes?: readonly { readonly reason?: string; readonly message?: string }[];
  };
}

/**
 * Takes what the error stream of exec or attach carried and returns the exit code. Throws Unknown with the server's words when it
 * failed, Unavailable when it told nothing: since version 4 of the protocol a success is said, too.
 */
export function exitCodeOf(text: string): number {
  if (text === "") throw new CriError("Unavailable", "the session ended without an exit code");
  const { status, message, reason, details } = parsed(text);
  if (status === "Success") return 0;
  const cause = details?.causes?.find((each) => each.reason === "ExitCode");
  if (reason === "NonZeroExitCode" && /^\d+$/.test(cause?.message ?? "")) {
    return Number(cause?.message);
  }
  throw new CriError("Unknown", message ?? text);
}

/** Before version 4 of the protocol it is plain text. */
function parsed(text: string): Status {
  try {
    return JSON.parse(text) as Status;
  } catch {
    return { message: text };
  }
}
