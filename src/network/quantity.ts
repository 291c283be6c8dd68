import { CriError } from "../model/error.ts";

const powersOfTen: Readonly<Record<string, number>> = {
  n: -9,
  u: -6,
  m: -3,
  k: 3,
  M: 6,
  G: 9,
  T: 12,
  P: 15,
  E: 18,
};
const powersOfTwo: Readonly<Record<string, number>> = {
  Ki: 10,
  Mi: 20,
  Gi: 30,
  Ti: 40,
  Pi: 50,
  Ei: 60,
};

const pattern =
  /^\+?(\d{1,30}(?:\.\d{0,30})?|\.\d{1,30})(?:([numkMGTPE]|[KMGTPE]i)|[eE]([+-]?\d{1,3}))?$/;

/**
 * Returns a Kubernetes resource quantity (`10M`, `1.5Gi`, `1e6`) as a whole number, rounded up as the API machinery does.
 * Throws CriError InvalidArgument that begins with `field`.
 */
export function parseQuantity(text: string, field: string): number {
  const [, mantissa, suffix = "", exponent] = pattern.exec(text) ?? [];
  if (mantissa === undefined) {
    throw new CriError(
      "InvalidArgument",
      `${field} must be a resource quantity such as 10M, not ${JSON.stringify(text.slice(0, 64))}`,
    );
  }
  // Powers of ten are read with their mantissa: 1.1 times 1e6 is a little more than 1.1e6, and would be rounded up.
  const ten = exponent ?? powersOfTen[suffix] ?? 0;
  return Math.ceil(Number(`${mantissa}e${ten}`) * 2 ** (powersOfTwo[suffix] ?? 0));
}
