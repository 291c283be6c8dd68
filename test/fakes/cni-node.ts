import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Log, LogFields, Meter } from "../../src/model/ports.ts";
import type { PodNetworkAttachment } from "../../src/network/attachment-args.ts";
import { PodNetwork, type PodNetworkOptions } from "../../src/network/pod-network.ts";
import { eventually } from "../harness/eventually.ts";
import { ManualClock } from "./manual-clock.ts";

/** One execution of a fake plugin, as it saw itself. */
export interface SeenCall {
  readonly command: string;
  readonly type: string;
  readonly sandboxId: string;
  readonly netns: string;
  readonly ifName: string;
  readonly args: string;
  readonly stdin: Readonly<Record<string, unknown>>;
}

/**
 * A plugin in sh. It writes down each call, does what `on/TYPE.COMMAND` says if there is such a file, and else leases an
 * address from a pool of 250 (ADD, first in a chain), passes the lease's result on (ADD, later in a chain), or frees it (DEL).
 */
const script = `#!/bin/sh
base=BASE
type=\${0##*/}
IFS= read -r input
printf '%s\\n' "$CNI_COMMAND" "$type" "$CNI_CONTAINERID" "$CNI_NETNS" "$CNI_IFNAME" "$CNI_ARGS" "$input" >> "$base/calls"
[ -f "$base/on/$type.$CNI_COMMAND" ] && . "$base/on/$type.$CNI_COMMAND"
result="$base/results/$CNI_CONTAINERID"
case $CNI_COMMAND in
ADD)
  case $input in *'"prevResult"'*) IFS= read -r line < "$result"; echo "$line"; exit 0;; esac
  n=2
  set -C
  until { echo "$CNI_CONTAINERID" > "$base/leases/10.1.0.$n"; } 2>/dev/null; do
    n=$((n + 1)); [ $n -gt 251 ] && { echo '{"code":100,"msg":"no address left"}'; exit 1; }
  done
  set +C
  line='{"cniVersion":"VERSION","interfaces":[{"name":"br0"},{"name":"eth0","sandbox":"'"$CNI_NETNS"'"}],"ips":[{"version":"4","address":"10.1.0.'$n'/16","interface":1}]}'
  echo "$line" > "$result"
  echo "$line"
  ;;
DEL)
  for lease in "$base"/leases/*; do
    [ -f "$lease" ] && read -r owner < "$lease" && [ "$owner" = "$CNI_CONTAINERID" ] && rm -f "$lease"
  done
  ;;
VERSION) echo '{"cniVersion":"1.0.0","supportedVersions":["0.3.1","0.4.0","1.0.0","1.1.0"]}' ;;
esac
exit 0
`;

/** Lines of a call in the file of calls. */
const linesOfCall = 7;

/** Folders of a node with fake plugins, and networks on them: several in a row play restarts of the program. */
export class CniNode {
  readonly base: string;
  readonly clock = new ManualClock();
  readonly logged: {
    readonly level: string;
    readonly message: string;
    readonly fields: LogFields;
  }[] = [];
  /** What a path leads to; paths that are not in here are no namespaces. */
  readonly namespaces = new Map<string, string>();
  readonly #running: { readonly network: PodNetwork; readonly stop: AbortController }[] = [];
  readonly #version: string;

  private constructor(base: string, version: string) {
    this.base = base;
    this.#version = version;
  }

  /** Makes the folders, the plugins and one network of them, in a version of the CNI. */
  static async create(
    plugins: readonly object[] = [{ type: "bridge" }],
    version = "1.0.0",
  ): Promise<CniNode> {
    const node = new CniNode(await mkdtemp(join(tmpdir(), "cni-node-")), version);
    for (const folder of ["conf", "bin", "cache", "leases", "results", "on"]) {
      await mkdir(join(node.base, folder));
    }
    for (const plugin of plugins) {
      if ("type" in plugin) await node.install(String(plugin.type));
    }
    await node.forget();
    await node.configure("10-net.conflist", { cniVersion: version, name: "net", plugins });
    return node;
  }

  get confDir(): string {
    return join(this.base, "conf");
  }

  get binDir(): string {
    return join(this.base, "bin");
  }

  get cacheDir(): string {
    return join(this.base, "cache");
  }

  /** Puts a plugin in place. */
  async install(type: string): Promise<void> {
    const path = join(this.binDir, type);
    await writeFile(path, script.replace("BASE", this.base).replace("VERSION", this.#version));
    await chmod(path, 0o755);
  }

  /** Writes a configuration file. */
  async configure(file: string, content: unknown): Promise<void> {
    const text = typeof content === "string" ? content : JSON.stringify(content);
    await writeFile(join(this.confDir, file), text);
  }

  /** Makes a plugin do something else on a command, in sh; undefined: what it does by itself. */
  async on(type: string, command: string, shell: string | undefined): Promise<void> {
    const path = join(this.base, "on", `${type}.${command}`);
    if (shell === undefined) await rm(path, { force: true });
    else await writeFile(path, `${shell}\n`);
  }

  /** Starts a network on these folders, as a new life of the program does. */
  async start(options: Partial<PodNetworkOptions> = {}): Promise<PodNetwork> {
    const network = new PodNetwork({
      confDirs: [this.confDir],
      binDirs: [this.binDir],
      cacheDir: this.cacheDir,
      foreignCacheDirs: [],
      clock: this.clock,
      log: this.#log(),
      meter: silentMeter,
      identifyNetns: async (path) => this.namespaces.get(path),
      ...options,
    });
    const stop = new AbortController();
    this.#running.push({ network, stop });
    await network.start(stop.signal);
    return network;
  }

  /** Ends all lives. */
  async stop(): Promise<void> {
    for (const { network, stop } of this.#running.splice(0)) {
      stop.abort(new Error("the program ends"));
      await network.ended();
    }
  }

  /** Returns an attachment for a sandbox of that number, with a namespace of its own. */
  pod(number: number, parts: Partial<PodNetworkAttachment> = {}): PodNetworkAttachment {
    const sandboxId = sandboxIdOf(number);
    const netnsPath = `/run/netns/pod${number}`;
    this.namespaces.set(netnsPath, `namespace ${number}`);
    return {
      sandboxId,
      netnsPath,
      metadata: { name: `pod${number}`, namespace: "ns", uid: `uid${number}`, attempt: 0 },
      portMappings: [],
      dns: undefined,
      annotations: {},
      loopbackUp: true,
      ...parts,
    };
  }

  /** Returns the calls so far in their order, those for versions left out. */
  async calls(): Promise<readonly SeenCall[]> {
    const lines = (await this.read("calls")).split("\n");
    const calls: SeenCall[] = [];
    while (lines.length > linesOfCall) calls.push(readCall(lines.splice(0, linesOfCall)));
    return calls.filter(({ command }) => command !== "VERSION");
  }

  /** Returns the calls as short texts: `ADD bridge`. */
  async story(): Promise<readonly string[]> {
    return (await this.calls()).map(({ command, type }) => `${command} ${type}`);
  }

  /** Forgets the calls so far. */
  async forget(): Promise<void> {
    await writeFile(join(this.base, "calls"), "");
  }

  /** Returns the leased addresses. */
  async leases(): Promise<readonly string[]> {
    return await readdir(join(this.base, "leases"));
  }

  /** Returns the text of a file that a plugin wrote. */
  async read(file: string): Promise<string> {
    return await readFile(join(this.base, file), "utf8");
  }

  /** Returns the names of the cache's files. */
  async cached(): Promise<readonly string[]> {
    return (await readdir(join(this.cacheDir, "results"))).toSorted();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    await rm(this.base, { recursive: true, force: true });
  }

  #log(): Log {
    const at =
      (level: string) =>
      (message: string, fields: LogFields = {}) => {
        this.logged.push({ level, message, fields });
      };
    const log: Log = {
      debug: at("debug"),
      info: at("info"),
      warn: at("warn"),
      error: at("error"),
      child: () => log,
    };
    return log;
  }
}

function readCall(lines: readonly string[]): SeenCall {
  const [command = "", type = "", sandboxId = "", netns = "", ifName = "", args = "", input = ""] =
    lines;
  const stdin = JSON.parse(input) as Readonly<Record<string, unknown>>;
  return { command, type, sandboxId, netns, ifName, args, stdin };
}

const silentMeter: Meter = { count: () => {}, observe: () => {}, gauge: () => {} };

/** Returns the id of a test's sandbox of that number. */
export function sandboxIdOf(number: number): string {
  return number.toString(16).padStart(64, "0");
}

/** A signal that never aborts. */
export const noAbort: AbortSignal = new AbortController().signal;

/** Waits until something is true. */
export async function until(what: string, check: () => boolean | Promise<boolean>): Promise<void> {
  await eventually(what, async () => ((await check()) ? true : undefined));
}
