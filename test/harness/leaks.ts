import { existsSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { basename, join } from "node:path";
import { command } from "./command.ts";
import { eventually } from "./eventually.ts";
import { mountPoints } from "./mounts.ts";
import { processes } from "./processes.ts";

/** What may be left behind, by kind; each entry names one thing so that a reader finds it. */
export type Snapshot = Readonly<Record<string, readonly string[]>>;

export interface Watched {
  /** Folders whose files count: lease folders, run folders, temporary folders. */
  readonly folders?: readonly string[];
  /** The engine whose containers count; none when undefined. */
  readonly dockerEndpoint?: string;
  /** Only cgroups below this parent count; all when undefined. */
  readonly cgroupParent?: string;
  /** Further programs whose processes count, beside those of every runtime. */
  readonly programs?: readonly string[];
}

const runtimePrograms = [
  "conmon",
  "runc",
  "crun",
  "containerd-shim",
  "docker-registry",
  "prometheus",
  "cri-ferry",
];
const cgroupRoot = "/sys/fs/cgroup";
/** Of a hybrid or v1 hierarchy some controllers tell it all; v2 has the folders at the top. */
const controllers = ["memory", "pids", "systemd", "unified"];

/** Takes stock of everything that a pod makes on a host. */
export async function snapshot(watched: Watched = {}): Promise<Snapshot> {
  const programs = [...runtimePrograms, ...(watched.programs ?? [])];
  return {
    "network namespace": [...new Set([...namedNamespaces(), ...namespacesOfProcesses()])],
    // `netns/default` is docker's own name for the host's network, made with the first container there and kept; /run/netns is
    // mounted on itself by the first `ip netns` on a machine (ip-netns(8)).
    mount: mountPoints().filter(
      (path) =>
        !path.startsWith("/proc/") && !path.endsWith("/netns/default") && path !== "/run/netns",
    ),
    cgroup: cgroups().filter((path) => path.includes(watched.cgroupParent ?? "")),
    "network device": networkDevices(),
    "iptables rule": await iptablesRules(),
    "CNI cache entry": filesBelow("/var/lib/cni"),
    process: processes()
      .filter(({ command: line }) =>
        // Not its folder: a checkout may lie in one of such a name.
        programs.some((name) => basename(line.split(" ")[0] ?? "").includes(name)),
      )
      .map(({ pid, command: line }) => `${pid} ${line.slice(0, 120)}`),
    zombie: processes()
      .filter(({ zombie }) => zombie)
      .map(({ pid }) => String(pid)),
    file: (watched.folders ?? []).flatMap(filesBelow),
    "docker container": await dockerContainers(watched.dockerEndpoint),
  };
}

/** Lines such as `+ mount /run/x` for what `after` has more than `before`; empty when nothing leaked. */
export function leaks(before: Snapshot, after: Snapshot): readonly string[] {
  return Object.entries(after).flatMap(([kind, entries]) => {
    const known = new Set(before[kind]);
    return entries.filter((entry) => !known.has(entry)).map((entry) => `+ ${kind} ${entry}`);
  });
}

/** Waits until nothing is left over `before`, since engines clean up a moment after they answer; throws with the leftovers. */
export async function assertNoLeaks(
  before: Snapshot,
  watched: Watched = {},
  deadlineMillis = 10_000,
): Promise<void> {
  let found: readonly string[] = [];
  const clean = async () => {
    found = leaks(before, await snapshot(watched));
    return found.length === 0 ? true : undefined;
  };
  await eventually("a clean host", clean, deadlineMillis).catch((thrown: unknown) => {
    throw new Error(`left behind:\n${found.join("\n")}`, { cause: thrown });
  });
}

function namedNamespaces(): readonly string[] {
  return existsSync("/run/netns") ? readdirSync("/run/netns") : [];
}

function namespacesOfProcesses(): readonly string[] {
  return processes().flatMap(({ pid }) => {
    try {
      return [readlinkSync(`/proc/${pid}/ns/net`)];
    } catch {
      return [];
    }
  });
}

/** Paths below the hierarchies' roots, each once though every controller has it. */
function cgroups(): readonly string[] {
  const present = controllers
    .map((name) => join(cgroupRoot, name))
    .filter((path) => existsSync(path));
  const tops = present.length > 0 ? present : [cgroupRoot];
  const paths = tops.flatMap((top) => foldersBelow(top, 5).map((path) => path.slice(top.length)));
  return [...new Set(paths)];
}

function foldersBelow(folder: string, depth: number): readonly string[] {
  if (depth === 0) return [];
  return entriesOf(folder)
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(folder, entry.name))
    .flatMap((path) => [path, ...foldersBelow(path, depth - 1)]);
}

/** Of the network namespace that this process is in; /sys shows the one that it was mounted in. */
function networkDevices(): readonly string[] {
  return readFileSync("/proc/self/net/dev", "utf8")
    .split("\n")
    .flatMap((line) => /^\s*([^:\s]+):/.exec(line)?.[1] ?? []);
}

function filesBelow(folder: string): readonly string[] {
  return entriesOf(folder).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesBelow(path) : [path];
  });
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

/** Rules and chains of every table, without their counters; each with its table's name before it. */
async function iptablesRules(): Promise<readonly string[]> {
  const tables = (await command("iptables-save", [])).split(/^\*/m).slice(1);
  return tables.flatMap((text) => {
    const [table, ...lines] = text.split("\n");
    return lines
      .filter((line) => line.startsWith("-A ") || line.startsWith(":"))
      .map((line) => `${table}: ${line.replace(/ \[\d+:\d+\]$/, "")}`);
  });
}

async function dockerContainers(endpoint: string | undefined): Promise<readonly string[]> {
  if (endpoint === undefined) return [];
  const list = await command("docker", [
    "--host",
    endpoint,
    "ps",
    "--all",
    "--no-trunc",
    "--format",
    "{{.ID}} {{.Names}}",
  ]);
  return list.split("\n").filter(Boolean);
}
