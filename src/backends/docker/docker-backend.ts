import type { NetnsDialer } from "../../host/netns-dialer.ts";
import type { ContainerLogs } from "../../logs/container-logs.ts";
import { CriError, messageOf } from "../../model/error.ts";
import type { Clock, Log, Meter } from "../../model/ports.ts";
import type { CgroupDriver, Condition, RuntimeHandler } from "../../model/runtime.ts";
import type { PodNetwork } from "../../network/pod-network.ts";
import type { DockerInfo } from "../../translate/docker/api.ts";
import type { EngineFacts } from "../../translate/docker/engine.ts";
import { engineFacts } from "../../translate/docker/engine.ts";
import type { Backend, EngineEvent, ImageBackend } from "../backend.ts";
import type { DockerApi } from "./client.ts";
import { DockerContainers } from "./containers.ts";
import type { DockerContext } from "./docker-context.ts";
import { DockerIo } from "./docker-io.ts";
import type { DockerSettings } from "./docker-settings.ts";
import { EngineLink } from "./engine-link.ts";
import { ImageFactsCache } from "./image-facts.ts";
import { ImageUserFiles } from "./image-user-files.ts";
import { ImageVolumes, imageVolumeKey } from "./image-volumes.ts";
import { LogFeed } from "./log-feed.ts";
import { Mirror } from "./mirror.ts";
import { forEachBounded } from "./parallel.ts";
import { PodFiles } from "./pod-files.ts";
import { dockerHandlers, handlerOfRuntime } from "./runtime-handlers.ts";
import { DockerSandboxes } from "./sandboxes.ts";
import { showInspect } from "./show-inspect.ts";

/** Docker's images, told when those may have changed. */
export interface DockerImageBackend extends ImageBackend {
  invalidate(): void;
}

export interface DockerBackendOptions {
  readonly api: DockerApi;
  readonly images: DockerImageBackend;
  readonly network: Pick<
    PodNetwork,
    "attach" | "detach" | "addresses" | "condition" | "setPodCidr"
  >;
  readonly logs: Pick<ContainerLogs, "follow" | "finish" | "reopen" | "remove">;
  /** Connects in pods' networks. */
  readonly dialer: Pick<NetnsDialer, "connect">;
  readonly settings: DockerSettings;
  readonly clock: Clock;
  readonly log: Log;
  readonly meter: Meter;
  readonly failpoint: (name: string) => Promise<void> | undefined;
}

/** The Docker Engine as an engine of pods. Network and logs are started and ended by whoever made them. */
export class DockerBackend implements Backend, AsyncDisposable {
  readonly name = "docker";
  readonly sandboxes: DockerSandboxes;
  readonly containers: DockerContainers;
  readonly images: DockerImageBackend;
  readonly io: DockerIo;
  readonly #options: DockerBackendOptions;
  readonly #mirror: Mirror;
  readonly #link: EngineLink;
  readonly #feed: LogFeed;
  readonly #volumes: ImageVolumes;
  readonly #podFiles: PodFiles;
  readonly #userFiles: ImageUserFiles;
  #facts: { readonly of: DockerInfo; readonly facts: EngineFacts } | undefined;

  constructor(options: DockerBackendOptions) {
    const { api, images, network, logs, settings, clock, log, meter, failpoint } = options;
    const imageFacts = new ImageFactsCache(api);
    this.#options = options;
    this.images = images;
    this.#feed = new LogFeed({ logs, api, clock, log, meter });
    this.#volumes = new ImageVolumes(settings.imageVolumeFolder);
    this.#userFiles = new ImageUserFiles(api);
    this.#mirror = new Mirror({
      api,
      clock,
      log,
      meter,
      show: showInspect({
        images: imageFacts,
        addressesOf: (sandboxId) => network.addresses(sandboxId),
        handlerOf: (runtime) =>
          handlerOfRuntime(runtime, settings.handlers, this.#factsOrNone()?.defaultRuntime),
      }),
      drained: (id, signal) => this.#feed.drained(id, signal),
    });
    const mirror = this.#mirror;
    const engine = this.#engine.bind(this);
    const podFiles = new PodFiles(settings.podFilesFolder, (id) => network.addresses(id));
    this.#podFiles = podFiles;
    const shared = { api, mirror, podFiles, settings };
    const context: DockerContext = { ...shared, clock, log, failpoint, engine };
    const volumes = this.#volumes;
    const sources = { images, imageFacts, userFiles: this.#userFiles, volumes };
    this.sandboxes = new DockerSandboxes({ context, network, images });
    this.containers = new DockerContainers({ context, sources, feed: this.#feed });
    const pidOf = (id: string) => mirror.seen(id)?.pid;
    this.io = new DockerIo({ api, clock, log, pidOf, dialer: options.dialer });
    this.#link = new EngineLink({
      api,
      mirror,
      clock,
      log,
      onConnect: (signal) => this.#onConnect(signal),
      onImagesChanged: () => images.invalidate(),
      onExecDied: ({ execId, exitCode }) => this.io.noteExecDied(execId, exitCode),
    });
  }

  condition(): Condition {
    return this.#link.condition();
  }

  networkCondition(): Condition {
    return this.#options.network.condition();
  }

  handlers(): readonly RuntimeHandler[] {
    const facts = this.#factsOrNone();
    if (facts !== undefined) return dockerHandlers(this.#options.settings.handlers, facts);
    return [{ name: "", features: { recursiveReadOnlyMounts: false, userNamespaces: false } }];
  }

  /** Strict is kept by saying the group, which is read from the image where the client does not say it. */
  supportsSupplementalGroupsPolicy(): boolean {
    return true;
  }

  cgroupDriver(): CgroupDriver | undefined {
    return this.#factsOrNone()?.cgroupDriver;
  }

  /** What docker last said of itself; undefined before it was reached. From memory. */
  info(): DockerInfo | undefined {
    return this.#link.info();
  }

  describe(): Readonly<Record<string, string>> {
    const { api } = this.#options;
    const objects = [...this.#mirror.all()].length;
    const { endpoint } = api;
    const docker = { endpoint, condition: this.condition(), objects, engine: this.#factsOrNone() };
    return { docker: JSON.stringify(docker) };
  }

  setPodCidr(podCidr: string): void {
    this.#options.network.setPodCidr(podCidr);
  }

  async *events(signal: AbortSignal): AsyncGenerator<EngineEvent, void> {
    const ending = new AbortController();
    const life = AbortSignal.any([signal, ending.signal]);
    const running = this.#link.run(life);
    try {
      yield* this.#mirror.outlet.read(life);
    } finally {
      ending.abort();
      await running;
    }
  }

  /** Ends what goes on in the background; containers are not touched. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#feed.stop();
    this.#options.api.close();
  }

  /** Logs go on where they were left, and what a killed process left mounted or made for itself goes. */
  async #onConnect(signal: AbortSignal): Promise<void> {
    const { images, log } = this.#options;
    images.invalidate();
    const containers = [...this.#mirror.all()].flatMap(({ shown }) =>
      shown.type === "container" ? shown.record.container : [],
    );
    const keys = containers.map(({ sandboxId, config }) => imageVolumeKey(sandboxId, config));
    await this.#volumes.sweep(new Set(keys), signal).catch((thrown: unknown) => {
      log.warn("left image mounts not removed", { err: messageOf(thrown) });
    });
    await this.#userFiles.sweep(signal).catch((thrown: unknown) => {
      log.warn("left scratch containers not removed", { err: messageOf(thrown) });
    });
    const isThere = (id: string): boolean => this.#mirror.seen(id) !== undefined;
    await this.#podFiles.sweep(isThere).catch((thrown: unknown) => {
      log.warn("left files of pods not removed", { err: messageOf(thrown) });
    });
    await forEachBounded(containers, logsAtOnce, (container) =>
      this.containers.resumeLog(container, signal),
    );
  }

  /** A call may come before the first connection is complete. */
  async #engine(signal: AbortSignal): Promise<EngineFacts> {
    if (this.#link.info() === undefined) await this.#link.introduce(signal);
    const facts = this.#factsOrNone();
    if (facts !== undefined) return facts;
    throw new CriError("Unavailable", this.#link.condition().message);
  }

  #factsOrNone(): EngineFacts | undefined {
    const info = this.#link.info();
    const version = this.#options.api.version();
    if (info === undefined || version === undefined) return undefined;
    if (this.#facts?.of !== info)
      this.#facts = { of: info, facts: engineFacts(version.said, info) };
    return this.#facts.facts;
  }
}

/** Each opens two files. */
const logsAtOnce = 8;
