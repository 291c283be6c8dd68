import { randomBytes } from "node:crypto";
import { readFile, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { ensureFolders } from "../../host/client-path.ts";
import { writeFifo } from "../../host/fifo.ts";
import { processStartTime } from "../../host/identity.ts";
import type { MonitorAnswer } from "../../host/monitor.ts";
import { processUser } from "../../host/process-user.ts";
import { Rollback } from "../../host/rollback.ts";
import type { ImageStore } from "../../images/image-store.ts";
import type { Container, ContainerFacts } from "../../model/container.ts";
import { CriError } from "../../model/error.ts";
import { containerId } from "../../model/ids.ts";
import { imageRefOf } from "../../model/image-lookup.ts";
import { containerName } from "../../model/object-names.ts";
import type { PodSandbox } from "../../model/pod-sandbox.ts";
import { type LinuxResources, noResources } from "../../model/resources.ts";
import type { ContainerLocation } from "../../model/stats.ts";
import { stopSignalName } from "../../model/stop-signal.ts";
import { ociLimits } from "../../translate/oci/resources.ts";
import type { ContainerBackend, ContainerCreate, ContainerRecord } from "../backend.ts";
import { createMonitored } from "./conmon.ts";
import { writeBundle } from "./container-bundle.ts";
import type { ContainerEnds } from "./container-ends.ts";
import { ContainerStops } from "./container-stops.ts";
import type { MonitorCgroups } from "./monitor-cgroup.ts";
import { type NativeContext, runtimeOf } from "./native-context.ts";
import type { NativeContainer } from "./native-records.ts";
import { wordsOf } from "./oci-runtime.ts";
import { mountRootfs, removeRootfs } from "./rootfs.ts";

export interface NativeContainersOptions {
  readonly context: NativeContext;
  readonly store: Pick<ImageStore, "find" | "lowers">;
  readonly ends: ContainerEnds;
  readonly monitors: MonitorCgroups;
}

/** conmon's control commands (its ctrl.c): `TYPE HEIGHT WIDTH`. */
const reopenCommand = "2 0 0\n";

/** Containers by an OCI runtime, each followed by a conmon. */
export class NativeContainers implements ContainerBackend {
  readonly #context: NativeContext;
  readonly #options: NativeContainersOptions;
  readonly #stops: ContainerStops;

  constructor(options: NativeContainersOptions) {
    this.#context = options.context;
    this.#options = options;
    this.#stops = new ContainerStops(options.context, options.ends);
  }

  async create(create: ContainerCreate, signal: AbortSignal): Promise<ContainerRecord> {
    const { log, places, clock, records, failpoint } = this.#context;
    await this.#removeLeftover(create, signal);
    const stored = await this.#options.store.find(create.image.id);
    if (stored === undefined) throw new CriError("NotFound", `image ${create.image.id} is gone`);
    const id = randomBytes(32).toString("hex");
    await using undo = new Rollback(log, () => undefined);
    undo.add("remove the container", (limit) => this.#removeTraces(id, create.sandbox, limit));
    const lowers = await this.#options.store.lowers(stored, signal);
    await mountRootfs(places, { id, lowers }, signal);
    await writeBundle(this.#context, { id, create, stored }, signal);
    await failpoint("runc.container.gathered");
    const { envs: _, ...config } = create.config;
    const container: Container = {
      id: containerId(id),
      sandboxId: create.sandbox.id,
      engine: "runc",
      createdAtNanos: clock.nowNanos(),
      config,
      imageId: stored.image.id,
      imageRef: imageRefOf(stored.image),
      logFile: logFileOf(create),
      stopSignal: config.stopSignal ?? stopSignalName(stored.config.stopSignal),
    };
    const answer = await this.#monitor(container, create.sandbox, signal);
    await failpoint("runc.container.created");
    const record = await this.#recordOf(container, create.sandbox, answer);
    const shown = await records.putContainer(record);
    undo.keep();
    return shown;
  }

  async start(
    container: Container,
    _sandbox: PodSandbox,
    signal: AbortSignal,
  ): Promise<ContainerFacts> {
    const { records, clock, failpoint } = this.#context;
    const record = this.#need(container.id);
    const runtime = runtimeOf(this.#context, record.handler);
    const words = record.refusal || (await runtime.start(container.id, signal));
    await failpoint("runc.container.started");
    const now = clock.nowNanos();
    if (words !== undefined && words !== "") {
      const error = {
        error: messageIn(words),
        exitCode: exitCodeOf(words),
        pid: 0,
        finishedAtNanos: now,
      };
      return records.noteContainer({ ...record, facts: { ...record.facts, ...error } }).facts;
    }
    const user = await processUser(record.facts.pid);
    const before = this.#need(container.id);
    const facts = { ...before.facts, startedAtNanos: now, user };
    const { facts: started } = await records.putContainer({ ...before, facts });
    // It may have ended before its start was recorded.
    await this.#options.ends.look(container.id);
    return records.container(container.id)?.facts ?? started;
  }

  async stop(
    container: Container,
    graceSeconds: number,
    signal: AbortSignal,
  ): Promise<ContainerFacts> {
    const facts = await this.#stops.stop(container.id, graceSeconds, signal);
    return facts ?? goneFacts(container, this.#context.clock.nowNanos());
  }

  async remove(container: Container, signal: AbortSignal): Promise<void> {
    const { records, failpoint } = this.#context;
    const record = records.container(container.id);
    if (record === undefined) return;
    if (record.facts.pid > 0 && record.facts.startedAtNanos > 0n)
      await this.#stops.kill(container.id, signal);
    const sandbox = records.sandbox(container.sandboxId)?.sandbox;
    await this.#removeTraces(container.id, sandbox, signal);
    await failpoint("runc.container.removed");
    await records.removeContainer(container.id);
  }

  async update(
    container: Container,
    resources: LinuxResources,
    signal: AbortSignal,
  ): Promise<ContainerFacts> {
    const { records, node } = this.#context;
    const record = this.#need(container.id);
    const merged = merge(record.facts.resources, resources);
    const limits = ociLimits(merged, node);
    await runtimeOf(this.#context, record.handler).update(container.id, limits, signal);
    const latest = this.#need(container.id);
    const facts = { ...latest.facts, resources: merged };
    return (await records.putContainer({ ...latest, facts })).facts;
  }

  async reopenLog(container: Container, signal: AbortSignal): Promise<void> {
    const path = join(this.#context.places.bundle(container.id), "ctl");
    await writeFifo(path, reopenCommand, signal);
  }

  locate({ id }: Container): ContainerLocation | undefined {
    const record = this.#context.records.container(id);
    if (record === undefined || record.facts.pid === 0 || record.facts.startedAtNanos === 0n)
      return undefined;
    return { pid: record.facts.pid, writableLayer: this.#context.places.upper(id) };
  }

  /** Lets conmon make the container, whose first process then waits for the start. A command that cannot run is no error here. */
  async #monitor(
    container: Container,
    sandbox: PodSandbox,
    signal: AbortSignal,
  ): Promise<MonitorAnswer> {
    const { id, logFile, config } = container;
    const { tty, stdin, stdinOnce } = config;
    const runtime = runtimeOf(this.#context, sandbox.runtimeHandler);
    if (logFile !== "") await ensureFolders([dirname(logFile)], signal);
    const prepare = (pid: number) =>
      this.#options.monitors.enter(sandbox.config.cgroupParent, id, pid);
    const monitored = { id, runtime, logFile, tty, stdin, stdinOnce, prepare };
    const answer = await createMonitored(this.#context, monitored, signal);
    if (answer.type === "created") return answer;
    const message = messageIn(answer.message);
    if (isOfCommand(message)) return { type: "failed", message };
    throw new CriError("FailedPrecondition", `${runtime.settings.path}: ${message}`);
  }

  async #recordOf(
    container: Container,
    sandbox: PodSandbox,
    answer: MonitorAnswer,
  ): Promise<NativeContainer> {
    const bundle = this.#context.places.bundle(container.id);
    const pid = answer.type === "created" ? answer.pid : 0;
    const conmonPid = pid > 0 ? Number(await readFile(join(bundle, "conmon.pid"), "latin1")) : 0;
    return {
      id: container.id,
      container,
      facts: {
        pid,
        startedAtNanos: 0n,
        finishedAtNanos: 0n,
        exitCode: 0,
        oomKilled: false,
        error: "",
        user: undefined,
        resources: { ...noResources, ...container.config.resources },
      },
      handler: sandbox.runtimeHandler,
      startTime: (await processStartTime(pid)) ?? "",
      conmonPid,
      refusal: answer.type === "failed" ? answer.message : "",
    };
  }

  /** All but the record. Also of a container that was never made whole. */
  async #removeTraces(
    id: string,
    sandbox: PodSandbox | undefined,
    signal: AbortSignal,
  ): Promise<void> {
    const { places } = this.#context;
    const handler = this.#context.records.container(id)?.handler ?? sandbox?.runtimeHandler ?? "";
    await runtimeOf(this.#context, handler).delete(id, signal);
    await removeRootfs(places, id, signal);
    await rm(places.bundle(id), { recursive: true, force: true });
    await rm(places.exit(id), { force: true });
    await this.#options.monitors.remove(sandbox?.config.cgroupParent ?? "", id);
  }

  /** What a create left that nobody recorded as done. */
  async #removeLeftover({ sandbox, config }: ContainerCreate, signal: AbortSignal): Promise<void> {
    const name = containerName(sandbox.id, config.metadata);
    const same = this.#context.records
      .containers()
      .filter(
        ({ container }) => containerName(container.sandboxId, container.config.metadata) === name,
      );
    for (const { container } of same) await this.remove(container, signal);
  }

  #need(id: string): NativeContainer {
    const record = this.#context.records.container(id);
    if (record !== undefined) return record;
    throw new CriError("NotFound", `no container "${id}"`);
  }
}

/** `logPath` is relative to the sandbox's folder; without one of the two there is no file. */
function logFileOf({ config, sandbox }: ContainerCreate): string {
  const folder = sandbox.config.logDirectory;
  if (folder === "" || config.logPath === "") return "";
  return `${folder.replace(/\/+$/, "")}/${config.logPath}`;
}

/** conmon hands the runtime's log on, of which the message counts. */
function messageIn(words: string): string {
  return wordsOf({ stderr: Buffer.from(words) });
}

/** Newer runtimes look for the command when they create, older ones when they start: both are told at the start. */
function isOfCommand(words: string): boolean {
  return /exec: "|starting container process caused/.test(words);
}

/** As shells have it: 127 for a program that is not there, 126 for one that cannot be run. */
function exitCodeOf(words: string): number {
  if (/no such file or directory|executable file not found/i.test(words)) return 127;
  return /permission denied|exec format error|is a directory/i.test(words) ? 126 : 128;
}

function merge(known: LinuxResources, said: LinuxResources): LinuxResources {
  const entries = Object.entries(said).filter(([, value]) => value !== undefined);
  const { hugepageLimits, unified } = said;
  return {
    ...known,
    ...Object.fromEntries(entries),
    hugepageLimits: hugepageLimits.length > 0 ? hugepageLimits : known.hugepageLimits,
    unified: { ...known.unified, ...unified },
  };
}

function goneFacts(container: Container, nowNanos: bigint): ContainerFacts {
  return {
    pid: 0,
    startedAtNanos: container.createdAtNanos,
    finishedAtNanos: nowNanos,
    exitCode: 255,
    oomKilled: false,
    error: "",
    user: undefined,
    resources: container.config.resources,
  };
}
