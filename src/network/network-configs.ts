import { withDeadline } from "../host/deadline.ts";
import type { Clock, Log } from "../model/ports.ts";
import type { Condition } from "../model/runtime.ts";
import { type ConfigReading, readConfigFolders } from "./config-folder.ts";
import { FolderWatch } from "./folder-watch.ts";
import { conditionOfNetwork, conditionWithoutNetwork } from "./network-condition.ts";
import type { NetworkConfig } from "./network-config.ts";
import type { Plugins } from "./plugins.ts";

export interface NetworkConfigsOptions {
  /** Read in this order. */
  readonly confDirs: readonly string[];
  readonly plugins: Plugins;
  readonly clock: Clock;
  readonly log: Log;
}

/** All probes of one round together. */
const probeMillis = 5000;
const pollMillis = 30_000;
/** Binaries come without a hint from the configuration's folder. */
const pollNotReadyMillis = 5000;
/** Writing a file makes several hints, the first of them before its content is there. */
const settleMillis = 50;

/** The node's network configurations as they stand in their folders now, and whether pods can be connected by them. */
export class NetworkConfigs {
  readonly #options: NetworkConfigsOptions;
  #reading: ConfigReading = { networks: [], complaints: [] };
  #condition: Condition;
  #complaints = "";
  readonly #folders: FolderWatch;
  #hint = Promise.withResolvers<void>();

  constructor(options: NetworkConfigsOptions) {
    this.#options = options;
    const { confDirs, log } = options;
    this.#folders = new FolderWatch(confDirs, { log, onChange: () => this.#hint.resolve() });
    this.#condition = conditionWithoutNetwork(options.confDirs, this.#reading);
  }

  /** The network for new pods. */
  get chosen(): NetworkConfig | undefined {
    return this.#reading.networks[0];
  }

  /** Returns the network of that name, else the one for new pods. */
  named(name: string): NetworkConfig | undefined {
    return this.#reading.networks.find((network) => network.name === name) ?? this.chosen;
  }

  /** From memory. */
  get condition(): Condition {
    return this.#condition;
  }

  /** Reads the folders and asks the plugins; what changes from now on is a hint to `watch`. */
  async refresh(signal: AbortSignal): Promise<void> {
    const { confDirs, plugins } = this.#options;
    this.#hint = Promise.withResolvers<void>();
    await this.#folders.renew();
    this.#reading = await readConfigFolders(confDirs);
    this.#reportComplaints();
    const network = this.chosen;
    const condition =
      network === undefined
        ? conditionWithoutNetwork(confDirs, this.#reading)
        : await conditionOfNetwork(plugins, network, withDeadline(signal, probeMillis));
    if (!signal.aborted) this.#become(condition);
  }

  /** Refreshes on every hint, and now and then without one, until the signal aborts. */
  async watch(signal: AbortSignal): Promise<void> {
    try {
      while (await this.#pause(signal)) await this.refresh(signal);
    } finally {
      this.#folders.close();
    }
  }

  /** Returns true when it is time to look again, false when it is time to end. */
  async #pause(signal: AbortSignal): Promise<boolean> {
    const { clock } = this.#options;
    const stop = new AbortController();
    const millis = this.#condition.ok ? pollMillis : pollNotReadyMillis;
    const poll = clock.sleep(millis, AbortSignal.any([signal, stop.signal])).catch(() => undefined);
    await Promise.race([this.#hint.promise, poll]);
    stop.abort();
    await poll;
    if (!signal.aborted) await clock.sleep(settleMillis, signal).catch(() => undefined);
    return !signal.aborted;
  }

  #become(condition: Condition): void {
    const { reason, message } = condition;
    const changed = reason !== this.#condition.reason || message !== this.#condition.message;
    this.#condition = condition;
    if (!changed) return;
    if (condition.ok) {
      const { name, file } = this.chosen ?? {};
      this.#options.log.info("pod network is ready", { network: name, file });
    } else {
      this.#options.log.warn("pod network is not ready", { reason, err: message });
    }
  }

  /** A broken file is passed over when another is good; that must not go unseen. */
  #reportComplaints(): void {
    const complaints = this.#reading.complaints;
    const text = complaints.join("\n");
    if (text !== this.#complaints && complaints.length > 0) {
      this.#options.log.warn("CNI configuration is passed over", { complaints });
    }
    this.#complaints = text;
  }
}
