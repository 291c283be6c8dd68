import { join } from "node:path";
import type { RuncSettings } from "./runc-settings.ts";

/**
 * Where everything of a pod lies:
 * ```
 *   ROOT/sandboxes/ID.json, ROOT/containers/ID.json     records
 *   ROOT/layers/ID/upper, work, merged                  a container's writable layer and its mounted root
 *   RUN/pods/ID/ns/net, ipc, uts                        namespaces, mounted on files
 *   RUN/pods/ID/files/resolv.conf, hosts, hostname      what containers see of the pod
 *   RUN/pods/ID/shm                                     a tmpfs
 *   RUN/bundles/ID/config.json, pid, conmon.pid         what runtime and monitor work on
 *   RUN/exits/ID                                        an exit code, by conmon
 * ```
 */
export class NativePlaces {
  readonly #root: string;
  readonly #run: string;

  constructor({ root, run }: Pick<RuncSettings, "root" | "run">) {
    this.#root = root;
    this.#run = run;
  }

  get sandboxRecords(): string {
    return join(this.#root, "sandboxes");
  }

  get containerRecords(): string {
    return join(this.#root, "containers");
  }

  get exits(): string {
    return join(this.#run, "exits");
  }

  get attachSockets(): string {
    return join(this.#run, "attach");
  }

  pod(id: string): string {
    return join(this.#run, "pods", id);
  }

  namespaces(id: string): string {
    return join(this.pod(id), "ns");
  }

  podFiles(id: string): string {
    return join(this.pod(id), "files");
  }

  shm(id: string): string {
    return join(this.pod(id), "shm");
  }

  bundle(id: string): string {
    return join(this.#run, "bundles", id);
  }

  exit(id: string): string {
    return join(this.exits, id);
  }

  layer(id: string): string {
    return join(this.#root, "layers", id);
  }

  /** The mounted root file system. */
  rootfs(id: string): string {
    return join(this.layer(id), "merged");
  }

  /** What the container wrote. */
  upper(id: string): string {
    return join(this.layer(id), "upper");
  }
}
