import type { CriError } from "../model/error.ts";

/** How exec or attach has ended. */
export type Outcome =
  | { readonly type: "exited"; readonly exitCode: number }
  | { readonly type: "failed"; readonly error: CriError };

/** Clients read an exit code of eight bits. */
const maxExitCode = 255;

/**
 * Returns what the error stream carries at the end: from v4 on a Status of Kubernetes' API as JSON, before that the text of the
 * failure, nothing for a success.
 */
export function statusText(outcome: Outcome, form: "json" | "text"): string {
  if (outcome.type === "exited" && outcome.exitCode === 0) {
    return form === "json" ? JSON.stringify({ status: "Success" }) : "";
  }
  const status = outcome.type === "exited" ? exitStatus(outcome.exitCode) : failure(outcome.error);
  return form === "json" ? JSON.stringify(status) : status.message;
}

/** k8s.io/apimachinery util/remotecommand: reason and cause that clients read the code from. */
function exitStatus(exitCode: number) {
  const code = exitCode > 0 && exitCode <= maxExitCode ? exitCode : maxExitCode;
  return {
    status: "Failure",
    message: `command terminated with non-zero exit code: ${code}`,
    reason: "NonZeroExitCode",
    details: { causes: [{ reason: "ExitCode", message: String(code) }] },
  };
}

function failure({ message }: CriError) {
  return { status: "Failure", message, reason: "InternalError", code: 500 };
}
