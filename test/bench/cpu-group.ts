import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";

const root = "/sys/fs/cgroup";
const isUnified = existsSync(join(root, "cgroup.controllers"));
/** The hierarchy that counts: v2, or cpuacct of v1. */
const counting = isUnified ? root : join(root, "cpuacct");
const parent = "cri-bench";

/**
 * A cgroup that counts the CPU time of one side: its daemon, its engine, and whatever these start, plugins that have ended and
 * pods included. The machine's other work and the bench itself are not in it.
 */
export class CpuGroup implements Disposable {
  /** What pods of this side have as their cgroup parent, with the cgroupfs driver. */
  readonly podParent: string;
  readonly #name: string;
  /** Where processes that ran before were; they go back there. */
  readonly #origins = new Map<number, string>();

  constructor(name: string) {
    this.#name = name;
    this.podParent = `/${parent}/${name}/pods`;
    mkdirSync(this.#daemons, { recursive: true });
  }

  /** Milliseconds used so far. */
  millis(): number {
    const folder = join(counting, parent, this.#name);
    if (!isUnified) return Number(readFileSync(join(folder, "cpuacct.usage"), "utf8")) / 1e6;
    const [, micros] =
      /usage_usec (\d+)/.exec(readFileSync(join(folder, "cpu.stat"), "utf8")) ?? [];
    return Number(micros) / 1000;
  }

  /** Runs work in this group, so that the processes that it starts are in it from their first moment on. */
  async start<T>(work: () => Promise<T>): Promise<T> {
    move(process.pid, this.#daemons);
    try {
      return await work();
    } finally {
      move(process.pid, counting);
    }
  }

  /** Takes a process that runs already, with its children. */
  adopt(pid: number): void {
    for (const member of [pid, ...descendantsOf(pid)]) {
      this.#origins.set(member, folderOf(member));
      move(member, this.#daemons);
    }
  }

  /** Processes that still run go back to where they were; the folders that engines made for pods go with the group. */
  [Symbol.dispose](): void {
    for (const pid of readFileSync(join(this.#daemons, "cgroup.procs"), "utf8").split("\n")) {
      if (pid !== "") move(Number(pid), this.#origins.get(Number(pid)) ?? counting);
    }
    const hierarchies = isUnified ? [root] : readdirSync(root).map((name) => join(root, name));
    for (const hierarchy of hierarchies) {
      removeBelow(join(hierarchy, parent, this.#name));
      removeFolder(join(hierarchy, parent));
    }
  }

  get #daemons(): string {
    return join(counting, parent, this.#name, "daemons");
  }
}

function move(pid: number, folder: string): void {
  try {
    writeFileSync(join(folder, "cgroup.procs"), String(pid));
  } catch {
    // It has ended, or is the kernel's.
  }
}

function folderOf(pid: number): string {
  const controller = isUnified ? "" : "cpuacct";
  const line = readFileSync(`/proc/${pid}/cgroup`, "utf8")
    .split("\n")
    .find((entry) => entry.split(":")[1] === controller);
  return join(counting, line?.split(":")[2] ?? "");
}

function descendantsOf(pid: number): readonly number[] {
  const children = readdirSync(`/proc/${pid}/task`).flatMap((task) =>
    readFileSync(`/proc/${pid}/task/${task}/children`, "utf8").split(" ").filter(Boolean),
  );
  return children.map(Number).flatMap((child) => [child, ...descendantsOf(child)]);
}

function removeBelow(folder: string): void {
  if (!existsSync(folder)) return;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) removeBelow(join(folder, entry.name));
  }
  removeFolder(folder);
}

function removeFolder(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // An engine, or another side, still has something in it.
  }
}
