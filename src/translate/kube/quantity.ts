import { type Fields, refused } from "./fields.ts";

const factors: ReadonlyMap<string, number> = new Map([
  ["n", 1e-9],
  ["u", 1e-6],
  ["m", 1e-3],
  ["", 1],
  ["k", 1e3],
  ["M", 1e6],
  ["G", 1e9],
  ["T", 1e12],
  ["P", 1e15],
  ["E", 1e18],
  ["Ki", 2 ** 10],
  ["Mi", 2 ** 20],
  ["Gi", 2 ** 30],
  ["Ti", 2 ** 40],
  ["Pi", 2 ** 50],
  ["Ei", 2 ** 60],
]);

/** A Kubernetes quantity (apimachinery's resource.Quantity): decimal or binary suffix, or an exponent. Returns undefined for other texts. */
export function quantityValue(text: string): number | undefined {
  const match =
    /^\+?(\d{1,18}(?:\.\d{0,9})?|\.\d{1,9})(?:[eE]([+-]?\d{1,2})|([numkMGTPE]|[KMGTPE]i|))$/.exec(
      text,
    );
  if (match === null) return undefined;
  const exponent = match[2];
  const factor = exponent === undefined ? factors.get(match[3] ?? "") : 10 ** Number(exponent);
  return factor === undefined ? undefined : Number(match[1]) * factor;
}

/** Reads a quantity, times `scale`, rounded up to a whole number as Kubernetes does; undefined when absent. */
export function readQuantity(fields: Fields, name: string, scale: number): number | undefined {
  const text = fields.quantityText(name);
  if (text === undefined) return undefined;
  const value = quantityValue(text);
  const scaled = value === undefined ? Number.NaN : Math.ceil(Number((value * scale).toFixed(6)));
  if (Number.isSafeInteger(scaled)) return scaled;
  throw refused(fields.at(name), `is "${text}", not a quantity such as 100m, 1.5 or 64Mi`);
}
