import { existsSync } from "node:fs";
import { join } from "node:path";
import type { NetnsDialer } from "../../host/netns-dialer.ts";
import type { ImageStore } from "../../images/image-store.ts";
import { messageOf } from "../../model/error.ts";
import type { Clock, Log } from "../../model/ports.ts";
import {
  type CgroupDriver,
  type Condition,
  type RuntimeHandler,
  ready,
} from "../../model/runtime.ts";
import type { PodNetwork } from "../../network/pod-network.ts";
import type { NodeFacts } from "../../translate/oci/oci-input.ts";
import type { Backend, EngineEvent } from "../backend.ts";
import { EventOutlet } from "../event-outlet.ts";
import { ContainerEnds } from "./container-ends.ts";
import { NativeContainers } from "./containers.ts";
import { MonitorCgroups } from "./monitor-cgroup.ts";
import type { NativeContext } from "./native-context.ts";
import { NativeImages } from "./native-images.ts";
import { NativeIo } from "./native-io.ts";
import type { NativePlaces } from "./native-places.ts";
import {
  type NativeContainer,
  NativeRecords,
  type NativeSandbox,
  type RecordFiles,
} from "./native-records.ts";
import { OciRuntime } from "./oci-runtime.ts";
import type { RuncSettings } from "./runc-settings.ts";
import { NativeSandboxes } from "./sandboxes.ts";

export interface RuncBackendOptions {
  readonly settings: RuncSettings;
  readonly places: NativePlaces;
  readonly node: NodeFacts;
  readonly sandboxFiles: RecordFiles<NativeSandbox>;
  readonly containerFiles: RecordFiles<NativeContainer>;
  readonly store: ImageStore;
  readonly network: Pick<
    PodNetwork,
    "attach" | "detach" | "addresses" | "condition" | "setPodCidr"
  >;
  readonly dialer: Pick<NetnsDialer, "connect">;
  readonly clock: Clock;
  readonly log: Log;
  readonly failpoint: (name: string) => Promise<void> | undefined;
}

/** Pods by an OCI runtime directly, without another daemon. Network and images are started and ended by whoever made them. */
export class RuncBackend implements Backend {
  readonly name = "runc";
  readonly sandboxes: NativeSandboxes;
  readonly containers: NativeContainers;
  readonly images: NativeImages;
  readonly io: NativeIo;
  readonly #options: RuncBackendOptions;
  readonly #context: NativeContext;
  readonly #outlet = new EventOutlet();
  readonly #ends: ContainerEnds;

  constructor(options: RuncBackendOptions) {
    const { settings, places, node, clock, log, failpoint, store, network, dialer } = options;
    const { sandboxFiles, containerFiles } = options;
    const records = new NativeRecords({ sandboxFiles, containerFiles, outlet: this.#outlet });
    const runtimes = new Map(
      settings.runtimes.map((runtime) => [
        runtime.handler,
        new OciRuntime(runtime, settings.cgroupDriver),
      ]),
    );
    const context = { settings, places, records, runtimes, node, clock, log, failpoint };
    this.#options = options;
    this.#context = context;
    this.#ends = new ContainerEnds(context);
    this.sandboxes = new NativeSandboxes({ context, network });
    const monitors = new MonitorCgroups(log);
    this.containers = new NativeContainers({ context, store, ends: this.#ends, monitors });
    this.images = new NativeImages({ store, clock });
    this.io = new NativeIo({ context, dialer });
  }

  /** Reads what earlier processes recorded. Call it before anything else. */
  async load(): Promise<void> {
    await this.#context.records.load();
  }

  condition(): Condition {
    return ready;
  }

  networkCondition(): Condition {
    return this.#options.network.condition();
  }

  handlers(): readonly RuntimeHandler[] {
    const { recursiveReadOnly } = this.#context.node;
    const features = { recursiveReadOnlyMounts: recursiveReadOnly, userNamespaces: false };
    return [...this.#context.runtimes.keys()].map((name) => ({ name, features }));
  }

  supportsSupplementalGroupsPolicy(): boolean {
    return true;
  }

  cgroupDriver(): CgroupDriver {
    return this.#context.settings.cgroupDriver;
  }

  describe(): Readonly<Record<string, string>> {
    const { records, settings, node } = this.#context;
    const counts = {
      sandboxes: records.sandboxes().length,
      containers: records.containers().length,
    };
    return { runc: JSON.stringify({ ...counts, settings, node }) };
  }

  setPodCidr(podCidr: string): void {
    this.#options.network.setPodCidr(podCidr);
  }

  async *events(signal: AbortSignal): AsyncGenerator<EngineEvent, void> {
    const { records, clock } = this.#context;
    const listedAtMillis = clock.monotonicMillis();
    await this.#endLostPods();
    await this.#ends.lookAtAll();
    const sandboxes = records.sandboxes();
    const containers = records.containers();
    this.#outlet.push({
      type: "resync",
      listedAtMillis,
      listed: [...sandboxes, ...containers].map(({ id }) => id),
      sandboxes: sandboxes.map(({ sandbox, facts }) => ({ sandbox, facts })),
      containers: containers.map(({ container, facts }) => ({ container, facts })),
    });
    const ending = new AbortController();
    const life = AbortSignal.any([signal, ending.signal]);
    const following = this.#ends.run(life);
    try {
      yield* this.#outlet.read(life);
    } finally {
      ending.abort();
      await following;
    }
  }

  /** After a reboot the namespaces are gone, and with them the pods. */
  async #endLostPods(): Promise<void> {
    const { records, places, clock, log } = this.#context;
    for (const record of records.sandboxes()) {
      const { id, sandbox, facts } = record;
      const isPinned =
        sandbox.config.security.namespaces.network === "NODE" ||
        existsSync(join(places.namespaces(id), "net"));
      if (facts.finishedAtNanos > 0n || isPinned) continue;
      const ended = { ...record, facts: { ...facts, finishedAtNanos: clock.nowNanos() } };
      await records.putSandbox(ended).catch((thrown: unknown) => {
        log.warn("end of a pod not recorded", { sandboxId: id, err: messageOf(thrown) });
      });
    }
  }
}
