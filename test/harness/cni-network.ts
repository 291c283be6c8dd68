import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { attempt, command } from "./command.ts";

interface NetworkOptions {
  /** Holds the configuration folder and the leases. */
  readonly folder: string;
  /** Name of the bridge, at most 15 bytes; also the network's name. */
  readonly bridge: string;
  /** IPv4 in CIDR form. */
  readonly subnet: string;
}

/** A pod network of a test's own: bridge, host-local addresses, port mappings. */
export class CniNetwork {
  readonly confDir: string;
  readonly leaseDir: string;
  readonly #bridge: string;
  readonly #chainsBefore: ReadonlySet<string>;

  private constructor(options: NetworkOptions, chainsBefore: ReadonlySet<string>) {
    this.confDir = join(options.folder, "net.d");
    this.leaseDir = join(options.folder, "leases");
    this.#bridge = options.bridge;
    this.#chainsBefore = chainsBefore;
  }

  /** Writes the configuration; the bridge itself comes with the first pod. */
  static async create(options: NetworkOptions): Promise<CniNetwork> {
    const network = new CniNetwork(options, await portmapChains());
    await mkdir(network.confDir, { recursive: true });
    const nat = await kernelHasNat();
    const conflist = {
      cniVersion: "0.4.0",
      name: options.bridge,
      plugins: [
        {
          type: "bridge",
          bridge: options.bridge,
          isGateway: true,
          ipam: {
            type: "host-local",
            dataDir: network.leaseDir,
            ranges: [[{ subnet: options.subnet }]],
            routes: [{ dst: "0.0.0.0/0" }],
          },
        },
        ...(nat ? [{ type: "portmap", capabilities: { portMappings: true } }] : []),
      ],
    };
    await writeFile(join(network.confDir, "10-test.conflist"), JSON.stringify(conflist, null, 2));
    if (nat) await command("iptables", ["-I", "FORWARD", ...forwarded(options.bridge)]);
    return network;
  }

  /** Removes the bridge, and the chains that the portmap plugin made for good unless someone uses them. */
  async [Symbol.asyncDispose](): Promise<void> {
    await attempt("ip", ["link", "delete", this.#bridge]);
    await attempt("iptables", ["-D", "FORWARD", ...forwarded(this.#bridge)]);
    const rules = await natRules();
    if (
      this.#chainsBefore.size > 0 ||
      rules.some((rule) => rule.startsWith("-A CNI-HOSTPORT-DNAT "))
    ) {
      return;
    }
    for (const rule of rules.filter((line) => / -j CNI-HOSTPORT-/.test(line))) {
      await attempt("iptables", ["-t", "nat", "-D", ...wordsOf(rule).slice(1)]);
    }
    for (const chain of await portmapChains()) {
      await attempt("iptables", ["-t", "nat", "-F", chain]);
      await attempt("iptables", ["-t", "nat", "-X", chain]);
    }
  }
}

/**
 * Whether this kernel can filter and translate IPv4 addresses, which User Mode Linux often cannot: pods need it for host ports only.
 * Tried by making a chain: where the tables are missing, iptables still lists them as empty.
 */
export async function kernelHasNat(): Promise<boolean> {
  const chain = `cf-probe-${process.pid}`;
  if (!(await attempt("iptables", ["-t", "nat", "-N", chain]))) return false;
  return await attempt("iptables", ["-t", "nat", "-X", chain]);
}

/** Docker sets FORWARD to DROP, which with br_netfilter holds within a bridge as well. */
function forwarded(bridge: string): readonly string[] {
  return ["-i", bridge, "-o", bridge, "-j", "ACCEPT"];
}

async function natRules(): Promise<readonly string[]> {
  if (!(await kernelHasNat())) return [];
  return (await command("iptables-save", ["-t", "nat"])).split("\n");
}

/** The plugin's three static chains; those of single pods have `DN` in their name and go with DEL. */
async function portmapChains(): Promise<ReadonlySet<string>> {
  const names = (await natRules()).flatMap((line) => /^:(CNI-HOSTPORT-\S+)/.exec(line)?.[1] ?? []);
  return new Set(names);
}

/** Splits a rule as iptables-save prints it; only comments are quoted there. */
function wordsOf(rule: string): readonly string[] {
  return (rule.match(/"[^"]*"|\S+/g) ?? []).map((word) => word.replaceAll('"', ""));
}
