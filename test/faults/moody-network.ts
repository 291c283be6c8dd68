import { chmod, mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { CniNetwork } from "../harness/cni-network.ts";
import { eventually } from "../harness/eventually.ts";
import { processes } from "../harness/processes.ts";

/**
 * What the plugins do. `refuse`: the last one of the chain fails its ADD, when there is an address and a port on the bridge
 * already; `wait`: an ADD that begins now does nothing before the release; `keep`: the last one fails its DEL.
 */
export type Mood = "good" | "refuse" | "wait" | "keep";

/** Stands before the bridge plugin, and gives it what it was given. */
const waitingBridge = `#!/bin/sh
if [ "$CNI_COMMAND" = ADD ] && [ "$(cat FOLDER/mood)" = wait ]; then
  : > "FOLDER/held/$CNI_CONTAINERID"
  while [ -e "FOLDER/held/$CNI_CONTAINERID" ]; do sleep 0.05; done
fi
exec /usr/lib/cni/bridge
`;

/** Passes the result on. */
const lastOfChain = `#!/bin/sh
case $CNI_COMMAND.$(cat FOLDER/mood) in
ADD.refuse | DEL.keep) echo '{"code":100,"msg":"not in the mood"}'; exit 1 ;;
ADD.*) sed 's/^.*"prevResult"://; s/}$//' ;;
esac
`;

/** A pod network of the real plugins and of two that have moods. */
export class MoodyNetwork {
  /** To be given to the daemon before the real plugins' folder. */
  readonly binDir: string;
  readonly #folder: string;

  /** `folder`: for the plugins and their mood. */
  constructor(folder: string) {
    this.#folder = folder;
    this.binDir = join(folder, "bin");
  }

  async install(): Promise<void> {
    await mkdir(this.binDir, { recursive: true });
    await mkdir(this.#held);
    await this.be("good");
    for (const [name, text] of Object.entries({ waiting: waitingBridge, moody: lastOfChain })) {
      const path = join(this.binDir, name);
      await writeFile(path, text.replaceAll("FOLDER", this.#folder));
      await chmod(path, 0o755);
    }
  }

  /** Puts the plugins into the chain of a network: its configuration is the first by name from now on. */
  async join(network: CniNetwork, bridge: string): Promise<void> {
    const subnet = "10.84.0.0/16";
    const ipam = { type: "host-local", dataDir: network.leaseDir, ranges: [[{ subnet }]] };
    const plugins = [
      // No ipMasq: without the pod's namespace the bridge plugin 1.1 leaves those rules, whoever calls it.
      { type: "waiting", bridge, isGateway: true, ipam },
      { type: "portmap", capabilities: { portMappings: true } },
      { type: "moody" },
    ];
    const list = { cniVersion: "1.0.0", name: bridge, plugins };
    await writeFile(join(network.confDir, "00-moody.conflist"), JSON.stringify(list));
  }

  async be(mood: Mood): Promise<void> {
    await writeFile(join(this.#folder, "mood"), mood);
  }

  /** Lets go of every ADD that waits, and returns when none is left. */
  async release(): Promise<void> {
    const waiting = join(this.binDir, "waiting");
    await eventually("no ADD waits", async () => {
      // One that read its mood just before may begin to wait only now.
      for (const name of await readdir(this.#held)) await rm(join(this.#held, name));
      return processes().some(({ command }) => command.includes(waiting)) ? undefined : true;
    });
  }

  get #held(): string {
    return join(this.#folder, "held");
  }
}

/** The addresses that a network of host-local's has given away. */
export async function leases(network: CniNetwork, name: string): Promise<readonly string[]> {
  const files = await readdir(join(network.leaseDir, name)).catch(() => []);
  return files.filter((file) => /^\d+\.\d+\.\d+\.\d+$/.test(file));
}
