const pattern =
  /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9})\d*)?(Z|[+-]\d{2}:\d{2})$/;

/**
 * Returns an engine's RFC 3339 time in nanoseconds since 1970, exactly; 0n for Go's zero time, for an empty text and for what is
 * no time: to the engine all of them mean "never".
 */
export function engineTimeNanos(text: string | undefined): bigint {
  const match = pattern.exec(text ?? "");
  if (match === null) return 0n;
  const [, year, month, day, hour, minute, second, fraction = "", zone = "Z"] = match;
  const utc = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}${zone}`);
  if (Number.isNaN(utc) || utc < 0) return 0n;
  return BigInt(utc) * 1_000_000n + BigInt(fraction.padEnd(9, "0"));
}
