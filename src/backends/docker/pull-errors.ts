import { CriError, type CriErrorKind } from "../../model/error.ts";

/**
 * What registries' and dockerd's words mean, tried in this order. There is no code to go by: dockerd answers most failures of
 * a registry with status 500 or in the midst of a stream that began with 200.
 */
const meanings: readonly (readonly [RegExp, CriErrorKind])[] = [
  [/no space left|disk quota exceeded/i, "ResourceExhausted"],
  [/toomanyrequests|too many requests|rate limit/i, "Unavailable"],
  [
    /unauthorized|authentication required|access (?:to the resource is )?(?:denied|forbidden)/i,
    "PermissionDenied",
  ],
  [
    /\bdenied\b|no basic auth credentials|incorrect username or password|\b403\b/i,
    "PermissionDenied",
  ],
  [/manifest (?:for .* )?(?:unknown|not found)|name unknown|not known to registry/i, "NotFound"],
  [/no matching manifest|repository .* (?:not found|does not exist)|not found/i, "NotFound"],
  [/invalid reference format|invalid tag format|unsupported digest/i, "InvalidArgument"],
  [
    /connection refused|no such host|no route to host|network is unreachable|reset by peer/i,
    "Unavailable",
  ],
  [
    /timeout|deadline exceeded|request canceled|EOF|x509|tls:|server gave HTTP response/i,
    "Unavailable",
  ],
  [
    /\b50[0234]\b|internal server error|service unavailable|bad gateway|server misbehaving/i,
    "Unavailable",
  ],
];

/** Takes docker's words on a pull that failed and returns the error for the client. */
export function pullError(reference: string, words: string, cause?: unknown): CriError {
  const kind = meanings.find(([pattern]) => pattern.test(words))?.[1] ?? "Internal";
  return new CriError(kind, `cannot pull ${reference}: ${words}`, { cause });
}
