import { failpoint } from "../host/failpoint.ts";
import { KeyedMutex } from "../host/mutex.ts";
import { CriError, messageOf } from "../model/error.ts";
import type { Clock, Log, Meter, Tracer } from "../model/ports.ts";
import type { Condition } from "../model/runtime.ts";
import { type AttachContext, type Attaching, addRecord, newRecord } from "./attach-record.ts";
import {
  capabilityArgsOf,
  checkPodCidr,
  cniArgsOf,
  type PodNetworkAttachment,
} from "./attachment-args.ts";
import { AttachmentCache } from "./attachment-cache.ts";
import { type AttachmentRecord, podInterface } from "./attachment-record.ts";
import { hostEndOf } from "./cni-result.ts";
import { detachRecord } from "./detach-record.ts";
import { collectGarbage } from "./garbage.ts";
import { identifyNetns, type NetnsIdentify } from "./netns.ts";
import { NetworkConfigs } from "./network-configs.ts";
import { killOrphans } from "./orphans.ts";
import { OwedDeletions } from "./owed-deletions.ts";
import { Plugins } from "./plugins.ts";
import { rebuildRecord } from "./rebuild-record.ts";
import { SharedGate } from "./shared-gate.ts";

export interface PodNetworkOptions {
  /** Folders with configurations; the first valid file by folder and name is for new pods. */
  readonly confDirs: readonly string[];
  /** Folders with plugins, searched in this order. */
  readonly binDirs: readonly string[];
  /** libcni's cache folder, shared with the runtime that was here before: `/var/lib/cni/cache`. */
  readonly cacheDir: string;
  /** How long one plugin may run; default a minute. */
  readonly pluginTimeoutMillis?: number;
  /** Cache folders of other runtimes whose attachments GC must spare; default libcni's own, `/var/lib/cni`. */
  readonly foreignCacheDirs?: readonly string[];
  /** What is known of a sandbox elsewhere, for a DEL when the cache knows nothing. */
  readonly recall?: (sandboxId: string) => PodNetworkAttachment | undefined;
  /** Default: the kernel's answer. */
  readonly identifyNetns?: NetnsIdentify;
  readonly log: Log;
  readonly meter: Meter;
  readonly clock: Clock;
  readonly tracer?: Tracer | undefined;
}

const defaultPluginTimeoutMillis = 60_000;
/** How many detached sandboxes are remembered, so that stopping them again costs nothing. */
const maxDetached = 1024;

/**
 * Connects pods by CNI plugins. Calls for different pods run beside each other; calls for one pod one after another.
 * An ADD that was begun is followed by a DEL whatever happens: what is owed stands on disk before the ADD and until the DEL
 * has succeeded.
 */
export class PodNetwork {
  readonly #options: PodNetworkOptions;
  readonly #log: Log;
  readonly #plugins: Plugins;
  readonly #configs: NetworkConfigs;
  readonly #cache: AttachmentCache;
  readonly #owed: OwedDeletions;
  readonly #identify: NetnsIdentify;
  readonly #locks = new KeyedMutex();
  readonly #gate = new SharedGate();
  readonly #detached = new Set<string>();
  /** Sandboxes that an earlier life attached. */
  readonly #inherited = new Set<string>();
  #life: AbortSignal = new AbortController().signal;
  #watching: Promise<void> = Promise.resolve();
  #podCidr = "";

  constructor(options: PodNetworkOptions) {
    const { clock, log, meter, tracer, binDirs, confDirs } = options;
    const timeoutMillis = options.pluginTimeoutMillis ?? defaultPluginTimeoutMillis;
    this.#options = options;
    this.#log = log;
    this.#identify = options.identifyNetns ?? identifyNetns;
    this.#plugins = new Plugins({ binDirs, timeoutMillis, clock, meter, tracer });
    this.#configs = new NetworkConfigs({ confDirs, plugins: this.#plugins, clock, log });
    this.#cache = new AttachmentCache(options.cacheDir, log);
    const attempt = (sandboxId: string, signal: AbortSignal) =>
      this.#locks.run(sandboxId, () => this.#deleteAll(sandboxId, undefined, signal), signal);
    this.#owed = new OwedDeletions({ clock, log, meter, attempt });
  }

  /**
   * Reads cache and configuration, then begins to watch the latter and to retry what an earlier life owes, until the signal
   * aborts. Call it before anything else. Never throws: what is wrong shows in `condition` and in the log.
   */
  async start(signal: AbortSignal): Promise<void> {
    this.#life = signal;
    await this.#loadCache();
    await this.#endOrphans();
    await this.#configs.refresh(signal);
    this.#owed.start(signal);
    this.#watching = this.#configs.watch(signal);
  }

  /** Resolves when all that runs in the background has ended; call it after aborting the signal of `start`. */
  async ended(): Promise<void> {
    await Promise.all([this.#watching, this.#owed.ended()]);
  }

  /**
   * Connects a sandbox and returns its addresses, the primary one first; one that is connected already is disconnected first.
   * On failure or abort everything is taken down again, or is remembered until it is.
   * Throws CriError: Unavailable (no configuration, no such plugin, "try again later"), InvalidArgument (a name or annotation
   * that cannot be passed on), FailedPrecondition (no such namespace, the plugin refuses its configuration), ResourceExhausted
   * (disk full), DeadlineExceeded, Cancelled, else Internal with plugin and file named.
   */
  async attach(
    request: PodNetworkAttachment,
    signal: AbortSignal,
  ): Promise<{ readonly ips: readonly string[] }> {
    const attaching: Attaching = {
      request,
      cniArgs: cniArgsOf(request.sandboxId, request.metadata),
      capabilityArgs: capabilityArgsOf(request, this.#podCidr),
    };
    return await this.#locks.run(
      request.sandboxId,
      () => this.#attachLocked(attaching, signal),
      signal,
    );
  }

  /**
   * Disconnects a sandbox by the configuration and result that it was connected with. Done already: no error, no plugin runs.
   * A DEL that fails is no error either: it is remembered on disk and retried until it succeeds, so that no pod hangs in
   * Terminating. Throws only Cancelled or DeadlineExceeded; the DEL is remembered then too.
   */
  async detach(
    sandboxId: string,
    netnsPath: string | undefined,
    signal: AbortSignal,
  ): Promise<void> {
    const work = async () => {
      try {
        await this.#deleteAll(sandboxId, netnsPath, signal);
      } catch (error) {
        this.#owe(sandboxId, error);
        if (signal.aborted) throw CriError.from(error, "network DEL");
      }
    };
    await this.#locks.run(sandboxId, work, signal);
  }

  /** Returns the addresses that a connected sandbox has, the primary one first; empty for one that is not. From memory. */
  addresses(sandboxId: string): readonly string[] {
    const records = this.#cache.of(sandboxId).filter(({ ifName }) => ifName === podInterface);
    return records.flatMap(({ addresses }) => addresses);
  }

  /** Returns the name of the host's end of a connected sandbox's link; undefined when its plugins did not tell. From memory. */
  hostInterface(sandboxId: string): string | undefined {
    const record = this.#cache.of(sandboxId).find(({ ifName }) => ifName === podInterface);
    return record === undefined ? undefined : hostEndOf(record.result, podInterface);
  }

  /** Returns whether a connected sandbox's namespace is still where it was, held by the same process; false when that is not known. */
  async lives(sandboxId: string): Promise<boolean> {
    for (const { netnsPath, own } of this.#cache.of(sandboxId)) {
      const then = own?.netnsIdentity;
      if (then !== undefined && (await this.#identify(netnsPath)) === then) return true;
    }
    return false;
  }

  /** Returns whether new pods can be connected. From memory. */
  condition(): Condition {
    return this.#configs.condition;
  }

  /**
   * Sets the pod address ranges, with commas between, that plugins with the capability `ipRanges` get; empty: none.
   * Throws InvalidArgument when one is no CIDR.
   */
  setPodCidr(podCidr: string): void {
    this.#podCidr = checkPodCidr(podCidr);
  }

  /** Returns the sandboxes whose DEL is still owed. */
  pending(): readonly string[] {
    return this.#owed.pending();
  }

  /**
   * Takes down what an earlier life attached for sandboxes that are no more, and lets plugins that know GC clean up. Call it
   * once all engines were read; `alive` are the sandboxes of all of them. Failures are logged and retried.
   */
  async collect(alive: readonly string[], signal: AbortSignal): Promise<void> {
    const living = new Set(alive);
    for (const sandboxId of this.#inherited) {
      if (!living.has(sandboxId)) await this.detach(sandboxId, undefined, signal);
    }
    const network = this.#configs.chosen;
    if (network === undefined) return;
    const foreignCacheDirs = this.#options.foreignCacheDirs ?? ["/var/lib/cni"];
    const context = { plugins: this.#plugins, cache: this.#cache, gate: this.#gate };
    await collectGarbage({ ...context, foreignCacheDirs, log: this.#log }, network, signal);
  }

  async #loadCache(): Promise<void> {
    await this.#cache.load().catch((error: unknown) => {
      this.#log.error("network cache cannot be read", {
        folder: this.#options.cacheDir,
        err: messageOf(error),
      });
    });
    for (const { sandboxId, own } of this.#cache.all()) {
      if (own === undefined) continue;
      this.#inherited.add(sandboxId);
      if (own.phase !== "attached") this.#owed.add(sandboxId);
    }
  }

  /** The plugins of ADDs that an earlier life did not see the end of. */
  async #endOrphans(): Promise<void> {
    const adding = this.#cache.all().filter(({ own }) => own?.phase === "adding");
    const ids = adding.map(({ sandboxId }) => sandboxId);
    const count = await killOrphans(ids, this.#options.clock).catch((error: unknown) => {
      this.#log.warn("plugins of an earlier process cannot be ended", { err: messageOf(error) });
      return 0;
    });
    if (count > 0) this.#log.warn("plugins of an earlier process were still at work", { count });
  }

  async #attachLocked(attaching: Attaching, signal: AbortSignal) {
    const { sandboxId } = attaching.request;
    await this.#clearEarlier(attaching.request, signal);
    this.#detached.delete(sandboxId);
    this.#inherited.delete(sandboxId);
    const network = this.#configs.chosen;
    if (network === undefined) throw new CriError("Unavailable", this.condition().message);
    const types = network.plugins.map(({ type }) => type);
    await this.#plugins.require(types, network.file);
    const record = await newRecord(attaching, network, this.#identify);
    try {
      const attached = await addRecord(
        this.#attachContext(),
        { attaching, network, record },
        signal,
      );
      return { ips: attached.addresses };
    } catch (error) {
      await this.#undo(sandboxId);
      throw CriError.from(error, "network ADD");
    }
  }

  async #clearEarlier({ sandboxId, netnsPath }: PodNetworkAttachment, signal: AbortSignal) {
    if (this.#cache.of(sandboxId).length === 0) return;
    try {
      await this.#deleteAll(sandboxId, netnsPath, signal);
    } catch (error) {
      this.#owe(sandboxId, error);
      throw CriError.from(error, "network DEL before the ADD");
    }
  }

  #attachContext(): AttachContext {
    return { plugins: this.#plugins, cache: this.#cache, gate: this.#gate };
  }

  /** Not under the caller's signal: it may be what ended the ADD. */
  async #undo(sandboxId: string): Promise<void> {
    try {
      await this.#deleteAll(sandboxId, undefined, this.#life);
    } catch (error) {
      this.#owe(sandboxId, error);
    }
  }

  /** Runs every DEL of a sandbox that there is to run. Needs its lock. */
  async #deleteAll(
    sandboxId: string,
    netnsPath: string | undefined,
    signal: AbortSignal,
  ): Promise<void> {
    const records = this.#recordsToDelete(sandboxId);
    for (const record of records) {
      await this.#markDeleting(record);
      await failpoint("network.detach.marked");
      const context = { plugins: this.#plugins, configs: this.#configs, identify: this.#identify };
      await this.#gate.share(() => detachRecord(context, { record, netnsPath }, signal), signal);
      await failpoint("network.detach.deleted");
      await this.#cache.remove(record);
    }
    this.#owed.settle(sandboxId);
    this.#inherited.delete(sandboxId);
    if (records.length > 0) this.#rememberDetached(sandboxId);
  }

  #rememberDetached(sandboxId: string): void {
    this.#detached.add(sandboxId);
    const [oldest] = this.#detached;
    if (this.#detached.size > maxDetached && oldest !== undefined) this.#detached.delete(oldest);
  }

  /** What is cached; where that is damaged or gone, what can be said without it. */
  #recordsToDelete(sandboxId: string): readonly AttachmentRecord[] {
    const sources = { sandboxId, recall: this.#options.recall, podCidr: this.#podCidr };
    const cached = this.#cache.of(sandboxId);
    if (cached.length > 0) {
      return cached.map((record) => {
        const { configText, network } = record;
        if (configText !== undefined) return record;
        return rebuildRecord({ ...sources, network, configText }, record);
      });
    }
    const network = this.#configs.chosen;
    if (network === undefined || this.#detached.has(sandboxId)) return [];
    return [rebuildRecord({ ...sources, network: network.name, configText: network.text })];
  }

  /** So that a DEL that is cut short by the end of this program is done by the next. The DEL itself does not depend on it. */
  async #markDeleting(record: AttachmentRecord): Promise<void> {
    if (record.own !== undefined && record.own.phase !== "attached") return;
    const own = { phase: "deleting", netnsIdentity: record.own?.netnsIdentity } as const;
    await this.#cache.save({ ...record, own }, false).catch((error: unknown) => {
      this.#log.warn("owed network DEL is not on disk", {
        sandboxId: record.sandboxId,
        err: messageOf(error),
      });
    });
  }

  #owe(sandboxId: string, error: unknown): void {
    this.#owed.add(sandboxId);
    this.#log.warn("network DEL failed and will be retried", {
      sandboxId,
      err: messageOf(error),
    });
  }
}
