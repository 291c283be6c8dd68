import { readlink } from "node:fs/promises";
import { type CgroupPaths, cgroupOf } from "../host/cgroup.ts";
import { CriError, errnoOf } from "../model/error.ts";
import { containerCgroup, foldersOf } from "./container-cgroup.ts";
import { KernelFiles } from "./kernel-files.ts";

/** Where the kernel shows a container, or the process that holds a pod's namespaces. */
export interface Place {
  readonly pid: number;
  /** Its own folders: of every v1 controller by name, and of v2. */
  readonly cgroup: CgroupPaths;
  /** Its network namespace as /proc names it, `net:[INODE]`. */
  readonly netns: string;
}

/** How a process is looked up; for tests. */
export interface ProcessLook {
  readonly cgroupOf: (pid: number) => Promise<CgroupPaths>;
  readonly netnsOf: (pid: number) => Promise<string>;
}

interface Known {
  readonly pid: number;
  readonly place: Promise<Place | undefined>;
  folders: ReadonlySet<string>;
}

/**
 * Where containers and sandboxes are in the kernel's file systems, found once for each process. Whoever measures something reads
 * by it:
 * ```
 * const place = await places.of(container.id, location.pid);             // undefined: it has ended
 * const text = places.files.text(place.cgroup.controllers.get("pids") ?? …, "pids.current");
 * const pod = podCgroup(place.cgroup, sandbox.config.cgroupParent);      // of any process of the pod
 * ```
 * All reading is done at once, in `TimeSlices`; a file that is gone in mid-read is undefined, and the container is left out.
 */
export class Places {
  readonly files: KernelFiles;
  readonly #look: ProcessLook;
  readonly #known = new Map<string, Known>();

  constructor(files: KernelFiles = new KernelFiles(0), look: Partial<ProcessLook> = {}) {
    this.files = files;
    this.#look = { cgroupOf, netnsOf, ...look };
  }

  /**
   * Returns where the container or sandbox with that id is, whose first process an engine told; undefined when that process has ended,
   * also when another one has its number now. Throws CriError, Internal, when /proc cannot be read.
   */
  async of(id: string, pid: number): Promise<Place | undefined> {
    const known = this.#known.get(id);
    if (known?.pid === pid) return await known.place;
    // Another pid means that it was started anew: its cgroup and its counters are new too.
    this.forget(id);
    const entry: Known = { pid, place: this.#find(id, pid), folders: new Set() };
    this.#known.set(id, entry);
    const place = await entry.place.catch((thrown: unknown) => {
      this.#drop(id, entry);
      throw thrown;
    });
    if (place === undefined) this.#drop(id, entry);
    else entry.folders = foldersOf(place.cgroup);
    return place;
  }

  /** Forgets where it is and closes its files: after its removal, or when it was found to be gone. */
  forget(id: string): void {
    const known = this.#known.get(id);
    if (known !== undefined) this.#drop(id, known);
  }

  #drop(id: string, known: Known): void {
    for (const folder of known.folders) this.files.forget(folder);
    if (this.#known.get(id) === known) this.#known.delete(id);
  }

  async #find(id: string, pid: number): Promise<Place | undefined> {
    try {
      const [paths, netns] = await Promise.all([this.#look.cgroupOf(pid), this.#look.netnsOf(pid)]);
      const cgroup = containerCgroup(paths, id);
      return cgroup === undefined ? undefined : { pid, cgroup, netns };
    } catch (thrown) {
      if (thrown instanceof CriError && thrown.kind === "NotFound") return undefined;
      throw CriError.from(thrown, `process ${pid} of ${id}`);
    }
  }
}

async function netnsOf(pid: number): Promise<string> {
  try {
    return await readlink(`/proc/${pid}/ns/net`);
  } catch (thrown) {
    const errno = errnoOf(thrown);
    if (errno !== "ENOENT" && errno !== "ESRCH") throw thrown;
    throw new CriError("NotFound", `no process ${pid}`, { cause: thrown });
  }
}
