import { readFileSync } from "node:fs";

/** Our own semantic version, of package.json; the same relative path from `src/` and from `dist/`. */
export const version = readVersion(
  readFileSync(new URL("../package.json", import.meta.url), "utf8"),
);

function readVersion(text: string): string {
  const { version: found } = JSON.parse(text) as { readonly version: string };
  return found;
}
