import { CriError } from "../../model/error.ts";
import { type JsonObject, listIn, objectIn, textIn } from "../json-value.ts";
import { parseToml } from "./hosts-toml.ts";

/** Where a registry's images, or some of them, are really to be had. */
export interface RegistryLocation {
  /** `host[:port][/path]`, to be put in the place of the prefix. */
  readonly location: string;
  /** Plain HTTP and unknown certificates will do. */
  readonly insecure: boolean;
}

interface RegistryMirror extends RegistryLocation {
  /** Which references may be asked for there. */
  readonly pulls: "all" | "digest-only" | "tag-only";
}

/** One `[[registry]]` of registries.conf. */
export interface RegistryEntry extends RegistryLocation {
  /** `host[:port][/path…]` or `*.example.com`. */
  readonly prefix: string;
  readonly blocked: boolean;
  readonly mirrors: readonly RegistryMirror[];
}

/** Reads containers' `registries.conf`, version 2 (containers-registries.conf(5)). Throws InvalidArgument naming the file and the key. */
export function parseRegistriesConf(text: string, file: string): readonly RegistryEntry[] {
  const table = parseToml(text, file);
  if (Object.hasOwn(table, "registries"))
    throw new CriError(
      "InvalidArgument",
      `${file}: [registries] is version 1; [[registry]] is right`,
    );
  return listIn(table["registry"], `${file}: registry`).map((entry, at) => {
    const what = `${file}: registry[${at}]`;
    return entryOf(objectIn(entry, what), what);
  });
}

/** Returns the entry with the longest prefix that a name (`docker.io/library/busybox`) lies under; of equal ones the last. */
export function entryFor(
  entries: readonly RegistryEntry[],
  name: string,
): RegistryEntry | undefined {
  return entries
    .filter(({ prefix }) => liesUnder(name, prefix))
    .toSorted((a, b) => a.prefix.length - b.prefix.length)
    .at(-1);
}

/** Returns a name with its prefix replaced: the whole host for a wildcard's, when no location is said. */
export function relocated(name: string, { prefix }: RegistryEntry, location: string): string {
  if (location === "") return name;
  if (!prefix.startsWith("*.")) return location + name.slice(prefix.length);
  return location + name.slice(name.indexOf("/"));
}

function entryOf(table: JsonObject, what: string): RegistryEntry {
  const location = textIn(table["location"], `${what}.location`);
  const prefix = textIn(table["prefix"], `${what}.prefix`) || location;
  if (prefix === "") throw new CriError("InvalidArgument", `${what}: needs a location or a prefix`);
  const byDigestOnly = table["mirror-by-digest-only"] === true;
  return {
    prefix,
    location: prefix.startsWith("*.") ? location : location || prefix,
    insecure: table["insecure"] === true,
    blocked: table["blocked"] === true,
    mirrors: listIn(table["mirror"], `${what}.mirror`).map((entry, at) =>
      mirrorOf(objectIn(entry, `${what}.mirror[${at}]`), `${what}.mirror[${at}]`, byDigestOnly),
    ),
  };
}

function mirrorOf(table: JsonObject, what: string, byDigestOnly: boolean): RegistryMirror {
  const location = textIn(table["location"], `${what}.location`);
  if (location === "") throw new CriError("InvalidArgument", `${what}.location: is needed`);
  const said = textIn(table["pull-from-mirror"], `${what}.pull-from-mirror`);
  const pulls = said === "" ? (byDigestOnly ? "digest-only" : "all") : said;
  if (pulls === "all" || pulls === "digest-only" || pulls === "tag-only")
    return { location, insecure: table["insecure"] === true, pulls };
  throw new CriError(
    "InvalidArgument",
    `${what}.pull-from-mirror: "${said}" is none of all, digest-only, tag-only`,
  );
}

function liesUnder(name: string, prefix: string): boolean {
  if (prefix.startsWith("*.")) {
    const [host = ""] = name.split("/", 1);
    return host.endsWith(prefix.slice(1));
  }
  return name === prefix || name.startsWith(`${prefix}/`);
}
