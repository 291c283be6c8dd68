import { access, readdir, readFile } from "node:fs/promises";
import { isAbsolute, join } from "node:path";
import { CriError, errnoOf } from "../../model/error.ts";
import { type ImageReference, referenceName } from "../../model/image-reference.ts";
import { isLoopback } from "../registry/http-exchange.ts";
import {
  type HostCapability,
  type HostTls,
  plainTls,
  type RegistryHost,
} from "../registry/registry-host.ts";
import { type HostTable, parseHostsToml } from "./hosts-toml.ts";
import {
  entryFor,
  parseRegistriesConf,
  type RegistryEntry,
  type RegistryLocation,
  relocated,
} from "./registries-conf.ts";

/** Where users say how registries are reached. */
export interface RegistryHostsOptions {
  /** Folders of containerd's form: `<folder>/<host[:port]>/hosts.toml`, or `_default`. The first that has the registry counts. */
  readonly certDirs: readonly string[];
  /** Files of containers' form; those of `<file>.d/*.conf` count too. One that is missing says nothing. */
  readonly registriesConf: readonly string[];
}

const all: ReadonlySet<HostCapability> = new Set(["pull", "resolve", "push"]);
/** docker.io is a name; its images are served elsewhere. */
const dockerHub = "registry-1.docker.io";

/** Tells who may be asked for an image. Files are read for each pull: a change needs no restart. */
export class RegistryHosts {
  readonly #options: RegistryHostsOptions;

  constructor(options: RegistryHostsOptions) {
    this.#options = options;
  }

  /**
   * Returns the hosts to ask for a reference, in order, the registry itself last. A `hosts.toml` for the registry outweighs
   * registries.conf. Throws InvalidArgument for a malformed file, PermissionDenied for a registry that is blocked.
   */
  async of(reference: ImageReference): Promise<readonly RegistryHost[]> {
    const byToml = await this.#fromToml(reference);
    if (byToml !== undefined) return byToml;
    const entries = await this.#entries();
    const entry = entryFor(entries, referenceName(reference));
    return entry === undefined ? [origin(reference)] : fromEntry(reference, entry);
  }

  async #fromToml(reference: ImageReference): Promise<readonly RegistryHost[] | undefined> {
    for (const folder of this.#options.certDirs) {
      for (const name of folderNames(reference.domain)) {
        const place = join(folder, name);
        const text = await textOf(join(place, "hosts.toml"));
        if (text !== undefined) return await tomlHosts(text, place, reference);
        const tls = await certificatesIn(place);
        if (tls !== undefined) return [{ ...origin(reference), tls }];
      }
    }
    return undefined;
  }

  async #entries(): Promise<readonly RegistryEntry[]> {
    const found: RegistryEntry[] = [];
    for (const file of this.#options.registriesConf) {
      for (const path of [file, ...(await dropIns(`${file}.d`))]) {
        const text = await textOf(path);
        if (text !== undefined) found.push(...parseRegistriesConf(text, path));
      }
    }
    return found;
  }
}

/** The registry that the reference names, as it is reached when nobody says otherwise: without TLS on this machine alone. */
function origin({ domain, path }: ImageReference): RegistryHost {
  const host = domain === "docker.io" ? dockerHub : domain;
  const scheme = isLoopback(domain) ? "http" : "https";
  return {
    url: `${scheme}://${host}/v2`,
    capabilities: all,
    tls: plainTls,
    headers: {},
    path,
    isOrigin: true,
    namespace: undefined,
  };
}

async function tomlHosts(
  text: string,
  folder: string,
  reference: ImageReference,
): Promise<readonly RegistryHost[]> {
  const { mirrors, server } = parseHostsToml(text, join(folder, "hosts.toml"));
  const own = origin(reference);
  const mirrorHosts = await Promise.all(
    mirrors.map(async (table) => ({
      ...(await tableHost(table, folder, own)),
      isOrigin: URL.parse(table.server)?.host === new URL(own.url).host,
      namespace: reference.domain,
    })),
  );
  const last = server === undefined ? own : await tableHost(server, folder, own);
  return [...mirrorHosts, { ...last, isOrigin: true }];
}

async function tableHost(
  table: HostTable,
  folder: string,
  own: RegistryHost,
): Promise<RegistryHost> {
  const base =
    table.server === "" ? own.url.slice(0, -"/v2".length) : table.server.replace(/\/+$/, "");
  return {
    ...own,
    url: table.overridePath ? base : `${base}/v2`,
    capabilities: table.capabilities,
    headers: table.headers,
    tls: await tlsOf(table, folder),
  };
}

async function tlsOf({ tls }: HostTable, folder: string): Promise<HostTls> {
  const read = (path: string): Promise<string> =>
    needed(isAbsolute(path) ? path : join(folder, path));
  const [client] = tls.client;
  return {
    ca: await Promise.all(tls.ca.map(read)),
    cert: client === undefined ? undefined : await read(client.cert),
    key: client?.key === undefined ? undefined : await read(client.key),
    skipVerify: tls.skipVerify,
  };
}

function fromEntry(reference: ImageReference, entry: RegistryEntry): readonly RegistryHost[] {
  const name = referenceName(reference);
  if (entry.blocked)
    throw new CriError(
      "PermissionDenied",
      `${name} is blocked by registries.conf (${entry.prefix})`,
    );
  const isDigest = reference.digest !== undefined;
  const fitting = entry.mirrors.filter(
    ({ pulls }) => pulls === "all" || (pulls === "digest-only") === isDigest,
  );
  const at = (place: RegistryLocation, isOrigin: boolean): readonly RegistryHost[] =>
    located(relocated(name, entry, place.location), place.insecure, isOrigin);
  return [...fitting.flatMap((mirror) => at(mirror, false)), ...at(entry, true)];
}

/** An insecure place may have TLS with any certificate, or none at all: the one is tried before the other. */
function located(name: string, insecure: boolean, isOrigin: boolean): readonly RegistryHost[] {
  const slash = name.indexOf("/");
  const host = origin({
    domain: name.slice(0, slash),
    path: name.slice(slash + 1),
    tag: undefined,
    digest: undefined,
  });
  const own = { ...host, isOrigin };
  if (!insecure) return [own];
  const secure = own.url.replace(/^http:/, "https:");
  return [
    { ...own, url: secure, tls: { ...plainTls, skipVerify: true } },
    { ...own, url: secure.replace(/^https:/, "http:") },
  ];
}

/** containerd's names of a registry's folder: Windows has no colons in names, and so `host_port_` is known too. */
function folderNames(domain: string): readonly string[] {
  const escaped = domain.replace(/:(\d+)$/, "_$1_");
  return escaped === domain ? [domain, "_default"] : [domain, escaped, "_default"];
}

/** Docker's form of the folder: `*.crt` are authorities, `x.cert` with `x.key` is the client's. */
async function certificatesIn(folder: string): Promise<HostTls | undefined> {
  const names = await namesIn(folder);
  const authorities = names.filter((name) => name.endsWith(".crt"));
  const cert = names.find((name) => name.endsWith(".cert"));
  if (authorities.length === 0 && cert === undefined) return undefined;
  return {
    ca: await Promise.all(authorities.map((name) => needed(join(folder, name)))),
    cert: cert === undefined ? undefined : await needed(join(folder, cert)),
    key: cert === undefined ? undefined : await needed(join(folder, cert.replace(/cert$/, "key"))),
    skipVerify: false,
  };
}

async function dropIns(folder: string): Promise<readonly string[]> {
  const names = await namesIn(folder);
  return names.filter((name) => name.endsWith(".conf")).map((name) => join(folder, name));
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return (await readdir(folder)).toSorted();
  } catch (thrown) {
    if (["ENOENT", "ENOTDIR"].includes(errnoOf(thrown) ?? "")) return [];
    throw CriError.from(thrown, `cannot read ${folder}`);
  }
}

async function textOf(path: string): Promise<string | undefined> {
  try {
    await access(path);
    return await readFile(path, "utf8");
  } catch (thrown) {
    if (["ENOENT", "ENOTDIR"].includes(errnoOf(thrown) ?? "")) return undefined;
    throw CriError.from(thrown, `cannot read ${path}`);
  }
}

async function needed(path: string): Promise<string> {
  const text = await textOf(path);
  if (text !== undefined) return text;
  throw new CriError(
    "InvalidArgument",
    `${path} is named by the registry's configuration and is not there`,
  );
}
