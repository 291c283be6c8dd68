import { CriError } from "../../model/error.ts";
import { isNotFound } from "./errors.ts";

/** How far a command is known to have come: docker took it, its process was seen. */
export type ExecProgress = "none" | "created" | "begun";

/** What is known of a command that was given up. */
export interface ExecOutcome {
  /** The caller's. */
  readonly signal: AbortSignal;
  /** The caller's or the end of the command's time. */
  readonly limit: AbortSignal;
  readonly progress: ExecProgress;
}

/** The command; its time, if it has a limited one. */
export interface GivenUp {
  readonly command: readonly string[];
  readonly timeoutMillis?: number | undefined;
}

/**
 * Takes what ended a command and returns it as the caller is told: Cancelled, DeadlineExceeded when the command's time is over, else
 * what was thrown. A command that docker did not even start is Unavailable, never DeadlineExceeded: the kubelet counts that as a
 * failed probe and kills the container (prober/prober.go of 1.36), which would pay for a docker that hangs. Only the program's
 * name is told: arguments may hold secrets.
 */
export function execFailure(
  thrown: unknown,
  request: GivenUp,
  { signal, limit, progress }: ExecOutcome,
): CriError {
  const name = `command "${request.command[0] ?? ""}"`;
  if (signal.aborted) return CriError.from(signal.reason, name);
  if (limit.aborted) {
    const time = `within ${(request.timeoutMillis ?? 0) / 1000}s`;
    return progress === "begun"
      ? new CriError("DeadlineExceeded", `${name} did not end ${time}`, { cause: thrown })
      : new CriError("Unavailable", `docker did not start ${name} ${time}`, { cause: thrown });
  }
  if (progress !== "none" && isNotFound(thrown)) {
    return new CriError("Unavailable", `docker lost the ${name}`, { cause: thrown });
  }
  const error = CriError.from(thrown, name);
  if (error.kind !== "DeadlineExceeded") return error;
  return new CriError("Unavailable", `${name}: ${error.message}`, { cause: thrown });
}
