import { mkdir, rmdir } from "node:fs/promises";
import { join } from "node:path";
import { topCgroup, writeCgroupFile } from "../../host/cgroup.ts";
import { errnoOf, messageOf } from "../../model/error.ts";
import type { Log } from "../../model/ports.ts";

/** Those whose accounting matters: the rest stays where we are. */
const controllers = ["memory", "cpu", "pids"];

/** The monitors' cgroups: a leaf of its own for each below its pod's, since a cgroup of v2 holds processes or cgroups, not both. */
export class MonitorCgroups {
  readonly #log: Log;

  constructor(log: Log) {
    this.#log = log;
  }

  /** Moves a process there. A monitor that cannot be moved runs in our own cgroup: no pod fails for it. */
  async enter(parent: string, id: string, pid: number): Promise<void> {
    try {
      for (const folder of await this.#folders(parent, id)) {
        await mkdir(folder, { recursive: true });
        await writeCgroupFile(folder, "cgroup.procs", String(pid));
      }
    } catch (thrown) {
      this.#log.warn("monitor not moved to its pod's cgroup", {
        containerId: id,
        err: messageOf(thrown),
      });
    }
  }

  /** Removes it once the monitor has ended; one that still runs keeps it until the pod's cgroup goes. */
  async remove(parent: string, id: string): Promise<void> {
    for (const folder of await this.#folders(parent, id)) {
      await rmdir(folder).catch((thrown: unknown) => {
        if (["ENOENT", "EBUSY"].includes(errnoOf(thrown) ?? "")) return;
        this.#log.warn("cgroup not removed", { containerId: id, err: messageOf(thrown) });
      });
    }
  }

  async #folders(parent: string, id: string): Promise<readonly string[]> {
    const top = await topCgroup();
    const tops =
      top.controllers.size === 0
        ? [top.unified ?? ""]
        : controllers.flatMap((name) => top.controllers.get(name) ?? []);
    return [...new Set(tops)].map((folder) => join(folder, parent, `cri-ferry-conmon-${id}`));
  }
}
