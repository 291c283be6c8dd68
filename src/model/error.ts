/** The gRPC status names, spelled as in CRI clients' logs; `cri/status.ts` maps each to its number. */
export type CriErrorKind =
  | "Cancelled"
  | "Unknown"
  | "InvalidArgument"
  | "DeadlineExceeded"
  | "NotFound"
  | "AlreadyExists"
  | "PermissionDenied"
  | "ResourceExhausted"
  | "FailedPrecondition"
  | "Aborted"
  | "OutOfRange"
  | "Unimplemented"
  | "Internal"
  | "Unavailable";

/** The one error class: `kind` is what the client sees as the gRPC code, `cause` is logged and never sent. */
export class CriError extends Error {
  override readonly name = "CriError";
  readonly kind: CriErrorKind;

  constructor(kind: CriErrorKind, message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
  }

  /**
   * Takes anything that was thrown and returns it as a CriError: one passes unchanged, an abort by deadline becomes
   * DeadlineExceeded, another abort Cancelled, a full disk ResourceExhausted, the rest Internal with `context` before its message.
   */
  static from(thrown: unknown, context: string): CriError {
    if (thrown instanceof CriError) return thrown;
    const message = `${context}: ${messageOf(thrown)}`;
    return new CriError(kindOf(thrown), message, { cause: thrown });
  }
}

/** Returns the text of anything that was thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/** Returns the errno name (`"ENOENT"`) of a Node system error, else undefined. */
export function errnoOf(thrown: unknown): string | undefined {
  if (!(thrown instanceof Error) || !("code" in thrown)) return undefined;
  return typeof thrown.code === "string" ? thrown.code : undefined;
}

const kindOfErrno: Readonly<Record<string, CriErrorKind>> = {
  ENOSPC: "ResourceExhausted",
  EDQUOT: "ResourceExhausted",
  EMFILE: "ResourceExhausted",
  ENFILE: "ResourceExhausted",
  EAGAIN: "ResourceExhausted",
  EROFS: "ResourceExhausted",
};

function kindOf(thrown: unknown): CriErrorKind {
  if (thrown instanceof Error && thrown.name === "TimeoutError") return "DeadlineExceeded";
  if (thrown instanceof Error && thrown.name === "AbortError") return "Cancelled";
  return kindOfErrno[errnoOf(thrown) ?? ""] ?? "Internal";
}
