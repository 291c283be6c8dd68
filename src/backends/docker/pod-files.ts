import { access, mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { nodesResolvConf } from "../../host/nodes-resolv-conf.ts";
import { replaceFile } from "../../host/replace-file.ts";
import { CriError, errnoOf } from "../../model/error.ts";
import { hostsText, resolvConfText } from "../../model/pod-file-texts.ts";
import type { DnsConfig, PodSandbox } from "../../model/pod-sandbox.ts";
import { type PodFileName, podFileNames } from "../../translate/docker/pod-files.ts";

/** What a pod's files are made of. */
export interface PodFileFacts {
  readonly id: string;
  /** undefined: the node's own settings. */
  readonly dns: DnsConfig | undefined;
  /** As docker set it. */
  readonly hostname: string;
  readonly ips: readonly string[];
}

/**
 * The files that docker does not give to pods whose network it does not know:
 * ```
 *   FOLDER/<sandbox id>/resolv.conf, hosts
 * ```
 * They are written once, before a container of the pod is made: a bind stays with the file that it found.
 */
export class PodFiles {
  readonly #folder: string;
  readonly #addressesOf: (sandboxId: string) => readonly string[];

  /** `addressesOf` is the network's, from memory. */
  constructor(folder: string, addressesOf: (sandboxId: string) => readonly string[]) {
    this.#folder = folder;
    this.#addressesOf = addressesOf;
  }

  /** Writes a pod's files. Throws CriError, ResourceExhausted when the disk is full. */
  async write({ id, dns, hostname, ips }: PodFileFacts): Promise<void> {
    const folder = join(this.#folder, id);
    const texts: Readonly<Record<PodFileName, string>> = {
      "resolv.conf": dns === undefined ? await nodesResolvConf() : resolvConfText(dns),
      hosts: hostsText(hostname, ips),
    };
    try {
      await mkdir(folder, { recursive: true, mode: 0o755 });
    } catch (thrown) {
      throw CriError.from(thrown, `cannot make ${folder}`);
    }
    const writes = podFileNames.map((name) =>
      // A power cut ends the pod, too.
      replaceFile(join(folder, name), texts[name], { mode: 0o644, durable: false }),
    );
    await Promise.all(writes);
  }

  /** Returns the folder of a pod's files, which are written anew when our root was lost. Throws as `write`. */
  async folderOf({ id, config }: PodSandbox): Promise<string> {
    const folder = join(this.#folder, id);
    try {
      await Promise.all(podFileNames.map((name) => access(join(folder, name))));
    } catch {
      // Docker names a host by its short id where nothing was asked for.
      const hostname = config.hostname === "" ? id.slice(0, 12) : config.hostname;
      await this.write({ id, dns: config.dns, hostname, ips: this.#addressesOf(id) });
    }
    return folder;
  }

  /** Removes a pod's files; none is no error. */
  async remove(sandboxId: string): Promise<void> {
    await rm(join(this.#folder, sandboxId), { recursive: true, force: true });
  }

  /** Removes the files of pods that are no more. `isThere` must know each pod before its files are written. */
  async sweep(isThere: (sandboxId: string) => boolean): Promise<void> {
    for (const id of await this.#ids()) if (!isThere(id)) await this.remove(id);
  }

  async #ids(): Promise<readonly string[]> {
    try {
      return await readdir(this.#folder);
    } catch (thrown) {
      if (errnoOf(thrown) === "ENOENT") return [];
      throw CriError.from(thrown, `cannot read ${this.#folder}`);
    }
  }
}
