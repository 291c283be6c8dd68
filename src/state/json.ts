/** JSON that keeps bigints: `{"$n":"12"}` stands for `12n`. */

/** Returns the text of a plain value; bigints survive `parseState`. */
export function stringifyState(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === "bigint" ? { $n: inner.toString() } : inner,
  );
}

/** Reads what `stringifyState` wrote. Throws SyntaxError for anything that is not JSON. */
export function parseState(text: string): unknown {
  return JSON.parse(text, (_key, inner: unknown) => (isTagged(inner) ? BigInt(inner.$n) : inner));
}

function isTagged(value: unknown): value is { readonly $n: string } {
  return (
    typeof value === "object" &&
    value !== null &&
    "$n" in value &&
    typeof value.$n === "string" &&
    /^-?\d+$/.test(value.$n) &&
    Object.keys(value).length === 1
  );
}
