import { createHash } from "node:crypto";

/** Returns a digest of a request, the same for requests that are deeply equal: by it a retry is told from another request. */
export function requestDigest(request: object): string {
  const text = JSON.stringify(request, (_key, value: unknown) => canonical(value));
  return createHash("sha256").update(text).digest("hex");
}

function canonical(value: unknown): unknown {
  if (typeof value === "bigint") return `${value}n`;
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
