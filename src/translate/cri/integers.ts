import { refuse } from "./refuse.ts";

/** Both ends belong to the range. */
export interface IntegerRange {
  readonly min: number;
  readonly max: number;
}

/** Every amount that a JavaScript number holds exactly. */
export const anyAmount: IntegerRange = { min: 0, max: Number.MAX_SAFE_INTEGER };
/** As amounts, and −1, by which kernel and engines mean: without limit. */
export const amountOrUnlimited: IntegerRange = { min: -1, max: Number.MAX_SAFE_INTEGER };
/** User and group ids. The highest number of 32 bits means "unchanged" to the kernel (setresuid(2)) and is no id. */
export const idRange: IntegerRange = { min: 0, max: 2 ** 32 - 2 };

/** Reads an int64, which arrives as text. Throws CriError InvalidArgument when it is out of range, also of exact numbers. */
export function decodeInteger(wire: string | number, path: string, range: IntegerRange): number {
  const value = Number(wire);
  if (!Number.isSafeInteger(value) || value < range.min || value > range.max) {
    return refuse(path, `must be a number from ${range.min} to ${range.max}`);
  }
  return value;
}

/** Reads an int64 whose 0 means: not said. Throws CriError InvalidArgument. */
export function decodeSaidInteger(
  wire: string,
  path: string,
  range: IntegerRange,
): number | undefined {
  const value = decodeInteger(wire, path, range);
  return value === 0 ? undefined : value;
}

/** Reads a wrapped int64, which can be absent; its 0 is a value. Throws CriError InvalidArgument. */
export function decodeWrappedInteger(
  wire: { readonly value: string } | null,
  path: string,
  range: IntegerRange,
): number | undefined {
  return wire === null ? undefined : decodeInteger(wire.value, `${path}.value`, range);
}
