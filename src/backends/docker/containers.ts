import { join } from "node:path";
import { Rollback } from "../../host/rollback.ts";
import type { Container, ContainerFacts } from "../../model/container.ts";
import { CriError, messageOf } from "../../model/error.ts";
import type { PodSandbox } from "../../model/pod-sandbox.ts";
import type { LinuxResources } from "../../model/resources.ts";
import type { ContainerLocation } from "../../model/stats.ts";
import type { DockerContainerInspect } from "../../translate/docker/api.ts";
import { cgroupWrites } from "../../translate/docker/cgroup-writes.ts";
import { containerCreate } from "../../translate/docker/container-create.ts";
import { containerFacts } from "../../translate/docker/inspect.ts";
import { readContainer } from "../../translate/docker/inspect-container.ts";
import { resourcesUpdate } from "../../translate/docker/resources-update.ts";
import type { ContainerBackend, ContainerCreate, ContainerRecord } from "../backend.ts";
import { writeCgroupLimits, writeOomScoreAdj } from "./cgroup-writing.ts";
import { removeContainer, startContainer, updateContainer } from "./container-calls.ts";
import type { ContainerSources } from "./container-input.ts";
import { gatherInput } from "./container-input.ts";
import { ContainerStops } from "./container-stop.ts";
import { createNamed } from "./create-named.ts";
import type { DockerContext } from "./docker-context.ts";
import { killAndWait } from "./ending.ts";
import { statusOf } from "./errors.ts";
import { imageVolumeKey } from "./image-volumes.ts";
import type { FeedSource, LogFeed } from "./log-feed.ts";

export interface DockerContainersOptions {
  readonly context: DockerContext;
  readonly sources: ContainerSources;
  readonly feed: LogFeed;
}

/** Containers on docker. */
export class DockerContainers implements ContainerBackend {
  readonly #context: DockerContext;
  readonly #sources: ContainerSources;
  readonly #feed: LogFeed;
  readonly #stops: ContainerStops;

  constructor({ context, sources, feed }: DockerContainersOptions) {
    this.#context = context;
    this.#sources = sources;
    this.#feed = feed;
    this.#stops = new ContainerStops(context);
  }

  async create(request: ContainerCreate, signal: AbortSignal): Promise<ContainerRecord> {
    const { mirror, log, failpoint } = this.#context;
    const { sandbox, config } = request;
    await using undo = new Rollback(log, () => mirror.doubt());
    const volumes = imageVolumeKey(sandbox.id, config);
    undo.add("unmount images", (limit) => this.#sources.volumes.release(volumes, limit));
    const input = await gatherInput(this.#context, this.#sources, { request, signal });
    const { create, logFile } = containerCreate(input);
    await failpoint("docker.container.gathered");
    using making = mirror.making(create.name);
    const removeLeftover = this.#removeLeftover.bind(this);
    const id = await createNamed(this.#context, { create, undo, removeLeftover }, signal);
    making.id = id;
    await failpoint("docker.container.created");
    const inspect = await mirror.look(id, signal);
    undo.keep();
    return recordOf(request, inspect, logFile);
  }

  async start(
    container: Container,
    sandbox: PodSandbox,
    signal: AbortSignal,
  ): Promise<ContainerFacts> {
    const { api, mirror, clock, failpoint } = this.#context;
    const { id } = container;
    using _held = mirror.holding(id);
    // Docker makes its log only now; the feed waits for it, and the time that its folders take is not added.
    const source = await this.#sourceOf(container, sandbox, signal);
    const feeding = this.#feed.begin(source, signal);
    const [started, fed] = await Promise.allSettled([startContainer(api, id, signal), feeding]);
    await failpoint("docker.container.started");
    if (started.status === "rejected" && !isRefusal(started.reason)) throw started.reason;
    const inspect = await mirror.look(id, signal);
    if (started.status === "rejected") {
      return this.#factsOf(container, inspect, clock.nowNanos());
    }
    await this.#orKill(id, async () => {
      if (fed.status === "rejected") throw fed.reason;
      await this.#limit(container, inspect.State.Pid ?? 0, signal);
    });
    return this.#factsOf(container, inspect);
  }

  async stop(
    container: Container,
    graceSeconds: number,
    signal: AbortSignal,
  ): Promise<ContainerFacts> {
    const { mirror, clock } = this.#context;
    await this.#stops.stop(container, graceSeconds, signal);
    await this.#feed.drained(container.id, signal);
    const shown = mirror.seen(container.id)?.shown;
    if (shown?.type === "container") return shown.record.facts;
    return goneFacts(container, clock.nowNanos());
  }

  async remove(container: Container, signal: AbortSignal): Promise<void> {
    const { api, mirror, failpoint } = this.#context;
    const { id, sandboxId, config } = container;
    const running = (mirror.seen(id)?.pid ?? 0) > 0;
    // Docker's log goes with the container: first its end has to be read.
    if (running) await killAndWait({ api, mirror }, id, signal);
    await this.#feed.drained(id, signal);
    await removeContainer(api, id, signal);
    await failpoint("docker.container.removed");
    mirror.forget(id);
    await this.#feed.remove(id);
    await this.#sources.volumes.release(imageVolumeKey(sandboxId, config), signal);
  }

  async update(
    container: Container,
    resources: LinuxResources,
    signal: AbortSignal,
  ): Promise<ContainerFacts> {
    const { api, mirror, settings } = this.#context;
    const { id } = container;
    const current = container.config.resources;
    const { limits } = settings;
    const engine = await this.#context.engine(signal);
    const update = resourcesUpdate({ wanted: resources, current, engine, limits });
    if (update.body !== undefined) await updateContainer(api, { id, body: update.body }, signal);
    const inspect = await mirror.look(id, signal);
    const pid = inspect.State.Pid ?? 0;
    if (pid > 0) {
      const target = { containerId: id, pid };
      await writeCgroupLimits(target, update.cgroupWrites);
      if (update.oomScoreAdj !== undefined) await writeOomScoreAdj(target, update.oomScoreAdj);
    }
    return { ...this.#factsOf(container, inspect), resources: update.resources };
  }

  async reopenLog(container: Container, signal: AbortSignal): Promise<void> {
    const source = await this.#sourceOf(container, this.#sandboxOf(container), signal);
    await this.#feed.reopen(source, signal);
  }

  locate({ id }: Container): ContainerLocation | undefined {
    const seen = this.#context.mirror.seen(id);
    if (seen === undefined || seen.pid === 0) return undefined;
    return { pid: seen.pid, writableLayer: seen.writableLayer };
  }

  /** Goes on with the log of a container that an earlier life of this program, or another one, started. Never rejects. */
  async resumeLog(container: Container, signal: AbortSignal): Promise<void> {
    const { id } = container;
    try {
      const source = await this.#sourceOf(container, this.#sandboxOf(container), signal);
      await this.#feed.begin(source, signal);
      // Removed meanwhile, perhaps before there was a feeding to end.
      if (this.#context.mirror.seen(id) === undefined) await this.#feed.remove(id);
    } catch (thrown) {
      const fields = { containerId: id, err: messageOf(thrown) };
      // Other shims leave links to docker's file, which is for the kubelet to read as it is.
      const isLink = thrown instanceof CriError && thrown.kind === "FailedPrecondition";
      if (isLink) this.#context.log.debug("log is left as it is", fields);
      else if (!signal.aborted) this.#context.log.warn("log is not followed", fields);
    }
    if (this.#context.mirror.seen(id)?.hasEnded === true) await this.#feed.drained(id, signal);
  }

  async #limit(container: Container, pid: number, signal: AbortSignal): Promise<void> {
    const engine = await this.#context.engine(signal);
    const writes = cgroupWrites(container.config.resources, engine);
    // 0: it has ended already, and so has its cgroup.
    const target = { containerId: container.id, pid };
    if (pid > 0) await ignoringEnd(() => writeCgroupLimits(target, writes));
  }

  /** A container that runs without its limits or its log is worse than none. */
  async #orKill(id: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (thrown) {
      const { api, mirror } = this.#context;
      await killAndWait({ api, mirror }, id, AbortSignal.timeout(killMillis));
      throw thrown;
    }
  }

  async #removeLeftover(id: string, signal: AbortSignal): Promise<void> {
    const { api, mirror } = this.#context;
    await removeContainer(api, id, signal);
    mirror.forget(id);
    await this.#feed.remove(id);
  }

  #factsOf(
    container: Container,
    inspect: DockerContainerInspect,
    failedAtNanos?: bigint,
  ): ContainerFacts {
    const beyond = failedAtNanos === undefined ? {} : { failedAtNanos };
    const shown = this.#context.mirror.seen(container.id)?.shown;
    const user = shown?.type === "container" ? shown.record.facts.user : undefined;
    return { ...containerFacts(inspect, beyond), user, resources: container.config.resources };
  }

  async #sourceOf(
    container: Container,
    sandbox: PodSandbox | undefined,
    signal: AbortSignal,
  ): Promise<FeedSource> {
    const { id } = container;
    const { logDriver = "json-file", logPath = "" } = this.#context.mirror.seen(id) ?? {};
    const { rootFolder } = await this.#context.engine(signal);
    // Docker tells it from the start on; before that it is known all the same.
    const beforeStart = join(rootFolder, "containers", id, `${id}-json.log`);
    return { container, sandbox, logDriver, jsonFile: logPath === "" ? beforeStart : logPath };
  }

  #sandboxOf({ sandboxId }: Container): PodSandbox | undefined {
    const shown = this.#context.mirror.seen(sandboxId)?.shown;
    return shown?.type === "sandbox" ? shown.record.sandbox : undefined;
  }
}

/** For what must end though the caller may be gone. */
const killMillis = 30_000;

/** Docker looked at the container and would not start it: its command, its mounts or its limits are to blame. */
function isRefusal(thrown: unknown): boolean {
  const status = statusOf(thrown);
  return status === 400 || status === 500;
}

/** What docker says of it (times, stop signal), and the client's own words where docker has not all of them. */
function recordOf(
  { config, image }: ContainerCreate,
  inspect: DockerContainerInspect,
  logFile: string,
): ContainerRecord {
  const read = readContainer(inspect, { image, imageLabels: {} });
  if (read === undefined) throw new CriError("Internal", `docker renamed container ${inspect.Id}`);
  const { envs: _, ...kept } = config;
  const container: Container = { ...read, config: kept, imageId: image.id, logFile };
  return { container, facts: { ...containerFacts(inspect), resources: config.resources } };
}

function goneFacts(container: Container, nowNanos: bigint): ContainerFacts {
  return {
    pid: 0,
    startedAtNanos: container.createdAtNanos,
    finishedAtNanos: nowNanos,
    exitCode: 137,
    oomKilled: false,
    error: "",
    user: undefined,
    resources: container.config.resources,
  };
}

async function ignoringEnd(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (thrown) {
    if (!(thrown instanceof CriError) || thrown.kind !== "NotFound") throw thrown;
  }
}
