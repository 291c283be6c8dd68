import { parse } from "smol-toml";
import { CriError, messageOf } from "../../model/error.ts";
import { type JsonObject, listIn, objectIn, textIn } from "../json-value.ts";
import type { HostCapability } from "../registry/registry-host.ts";

/** TLS files that a host's table names, as written: relative ones lie beside the file. */
interface TlsFiles {
  readonly ca: readonly string[];
  /** Pairs of certificate and key; the key may be in the certificate's file. */
  readonly client: readonly { readonly cert: string; readonly key: string | undefined }[];
  readonly skipVerify: boolean;
}

/** A host as a configuration file describes it. */
export interface HostTable {
  /** `https://host[:port][/path]`; a scheme is always there. */
  readonly server: string;
  readonly capabilities: ReadonlySet<HostCapability>;
  /** The path is whole: no `/v2` is put after it. */
  readonly overridePath: boolean;
  readonly headers: Readonly<Record<string, string>>;
  readonly tls: TlsFiles;
}

/** What one `hosts.toml` says of a registry. */
export interface HostsToml {
  /** In the file's order: they are asked in that order. */
  readonly mirrors: readonly HostTable[];
  /** The registry itself, asked last; undefined when the file leaves it as it is. */
  readonly server: HostTable | undefined;
}

const allCapabilities: readonly HostCapability[] = ["pull", "resolve", "push"];

/** Reads containerd's `certs.d/<registry>/hosts.toml` (its docs/hosts.md). Throws InvalidArgument naming the file and the key. */
export function parseHostsToml(text: string, file: string): HostsToml {
  const table = parseToml(text, file);
  const hosts = objectIn(table["host"] ?? {}, `${file}: host`);
  const server = textIn(table["server"], `${file}: server`);
  const names = namesInOrder(text, Object.keys(hosts));
  return {
    mirrors: names.map((name) =>
      hostTable(name, objectIn(hosts[name], `${file}: host."${name}"`), `${file}: host."${name}"`),
    ),
    server: server === "" && !hasTls(table) ? undefined : hostTable(server, table, file),
  };
}

/** Parses TOML. Throws InvalidArgument with the file's name. */
export function parseToml(text: string, file: string): JsonObject {
  try {
    return parse(text);
  } catch (thrown) {
    const [line] = messageOf(thrown).split("\n");
    throw new CriError("InvalidArgument", `${file}: ${line}`, { cause: thrown });
  }
}

/** A TOML table has no order of its own, but the order of its headers is what users mean. */
function namesInOrder(text: string, names: readonly string[]): readonly string[] {
  const at = (name: string): number => text.indexOf(`"${name}"`);
  return names.toSorted((a, b) => at(a) - at(b));
}

function hostTable(name: string, table: JsonObject, what: string): HostTable {
  return {
    server: /^[a-z]+:\/\//.test(name) || name === "" ? name : `https://${name}`,
    capabilities: capabilitiesOf(table["capabilities"], `${what}.capabilities`),
    overridePath: table["override_path"] === true,
    headers: headersOf(table["header"], `${what}.header`),
    tls: {
      ca: textsOrText(table["ca"], `${what}.ca`),
      client: clientsOf(table["client"], `${what}.client`),
      skipVerify: table["skip_verify"] === true,
    },
  };
}

function hasTls(table: JsonObject): boolean {
  return ["ca", "client", "skip_verify", "header", "capabilities"].some((key) =>
    Object.hasOwn(table, key),
  );
}

function capabilitiesOf(value: unknown, what: string): ReadonlySet<HostCapability> {
  if (value === undefined) return new Set(allCapabilities);
  const known = (text: string): text is HostCapability =>
    allCapabilities.some((capability) => capability === text);
  return new Set(
    listIn(value, what).map((entry) => {
      const text = textIn(entry, what);
      if (known(text)) return text;
      throw new CriError("InvalidArgument", `${what}: "${text}" is none of pull, resolve, push`);
    }),
  );
}

function headersOf(value: unknown, what: string): Readonly<Record<string, string>> {
  const table = objectIn(value ?? {}, what);
  return Object.fromEntries(
    Object.keys(table).map((name) => [
      name.toLowerCase(),
      textsOrText(table[name], `${what}.${name}`).join(", "),
    ]),
  );
}

function textsOrText(value: unknown, what: string): readonly string[] {
  if (value === undefined) return [];
  return typeof value === "string" ? [value] : listIn(value, what).map((v) => textIn(v, what));
}

/** `"cert.pem"`, `["a.pem", "b.pem"]`, or `[["cert", "key"], …]`. */
function clientsOf(value: unknown, what: string): TlsFiles["client"] {
  if (value === undefined) return [];
  const entries = typeof value === "string" ? [value] : listIn(value, what);
  return entries.map((entry) => {
    const [cert = "", key] = textsOrText(entry, what);
    return { cert, key: key === "" ? undefined : key };
  });
}
