import { randomBytes } from "node:crypto";
import type {
  Backend,
  ContainerCreate,
  ContainerRecord,
  EngineEvent,
  SandboxRecord,
  SandboxRun,
} from "../../src/backends/backend.ts";
import type { Container, ContainerFacts } from "../../src/model/container.ts";
import { CriError } from "../../src/model/error.ts";
import { containerId, type ImageId, imageId, podSandboxId } from "../../src/model/ids.ts";
import type { Image, ImageSpec } from "../../src/model/image.ts";
import type { PodSandbox, PodSandboxFacts } from "../../src/model/pod-sandbox.ts";
import type { LinuxResources } from "../../src/model/resources.ts";
import { ready } from "../../src/model/runtime.ts";
import { FakeIo } from "./fake-io.ts";

/** What a test may put in the way of a step, by name: `sandbox.run`, `container.stop` … */
export type Interference = (step: string, signal: AbortSignal) => Promise<void> | undefined;

/**
 * An engine in memory that keeps every promise of the interface. A container runs until it is stopped; its command `exit N`
 * ends at once with that code, `cannot run` fails to start, `ignore SIGTERM` waits for the kill.
 */
export class FakeBackend implements Backend {
  readonly name = "docker";
  readonly sandboxRecords = new Map<string, SandboxRecord>();
  readonly containerRecords = new Map<string, ContainerRecord>();
  readonly imageTable = new Map<string, Image>();
  readonly calls: string[] = [];
  interfere: Interference = () => undefined;
  #now = 1_000_000_000n;
  readonly #queue: EngineEvent[] = [];
  #wake = (): void => undefined;
  readonly #stops = new Map<string, (facts: ContainerFacts) => void>();

  readonly sandboxes = {
    run: (request: SandboxRun, signal: AbortSignal) => this.#runSandbox(request, signal),
    stop: (sandbox: PodSandbox, signal: AbortSignal) => this.#stopSandbox(sandbox, signal),
    remove: async (sandbox: PodSandbox, signal: AbortSignal): Promise<void> => {
      await this.#step("sandbox.remove", signal);
      this.sandboxRecords.delete(sandbox.id);
    },
  };

  readonly containers = {
    create: (request: ContainerCreate, signal: AbortSignal) =>
      this.#createContainer(request, signal),
    start: (container: Container, _sandbox: PodSandbox, signal: AbortSignal) =>
      this.#startContainer(container, signal),
    stop: (container: Container, graceSeconds: number, signal: AbortSignal) =>
      this.#stopContainer(container, graceSeconds, signal),
    remove: async (container: Container, signal: AbortSignal): Promise<void> => {
      await this.#step("container.remove", signal);
      this.containerRecords.delete(container.id);
    },
    update: async (
      container: Container,
      resources: LinuxResources,
      signal: AbortSignal,
    ): Promise<ContainerFacts> => {
      await this.#step("container.update", signal);
      const { facts } = this.#need(container);
      return this.#setFacts(container, {
        ...facts,
        resources: { ...facts.resources, ...said(resources) },
      });
    },
    reopenLog: async (_container: Container, signal: AbortSignal): Promise<void> => {
      await this.#step("container.reopenLog", signal);
    },
    locate: (container: Container) => {
      const pid = this.containerRecords.get(container.id)?.facts.pid ?? 0;
      return pid === 0 ? undefined : { pid, writableLayer: undefined };
    },
  };

  readonly images = {
    list: async (): Promise<readonly Image[]> => [...new Set(this.imageTable.values())],
    status: async (spec: ImageSpec): Promise<Image | undefined> => this.imageTable.get(spec.image),
    pull: async (spec: ImageSpec, _auth: unknown, signal: AbortSignal): Promise<Image> => {
      await this.#step("image.pull", signal);
      return this.addImage(spec.image);
    },
    remove: async (id: ImageId): Promise<void> => {
      for (const [name, image] of this.imageTable)
        if (image.id === id) this.imageTable.delete(name);
    },
    fsInfo: async () => ({ imageFilesystems: [], containerFilesystems: [] }),
    describe: async () => ({}),
  };

  readonly io = new FakeIo({
    step: (name, signal) => this.#step(name, signal),
    exit: (id, exitCode) => this.exit(id, exitCode),
  });

  condition() {
    return ready;
  }
  networkCondition() {
    return ready;
  }
  handlers() {
    return [{ name: "", features: { recursiveReadOnlyMounts: false, userNamespaces: false } }];
  }
  supportsSupplementalGroupsPolicy() {
    return true;
  }
  cgroupDriver() {
    return "cgroupfs" as const;
  }
  describe() {
    return {};
  }
  setPodCidr(): void {}

  async *events(signal: AbortSignal): AsyncIterable<EngineEvent> {
    signal.addEventListener("abort", () => this.#wake(), { once: true });
    yield this.snapshot(0);
    while (!signal.aborted) {
      const event = this.#queue.shift();
      if (event !== undefined) yield event;
      else await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  /** Tells of something as an engine would, unasked. */
  tell(event: EngineEvent): void {
    this.#queue.push(event);
    this.#wake();
  }

  snapshot(listedAtMillis: number): EngineEvent {
    const sandboxes = [...this.sandboxRecords.values()];
    return {
      type: "resync",
      listedAtMillis,
      listed: [...this.sandboxRecords.keys(), ...this.containerRecords.keys()],
      sandboxes,
      containers: [...this.containerRecords.values()],
    };
  }

  addImage(name: string): Image {
    const id = imageId(`sha256:${randomBytes(32).toString("hex")}`);
    const image = {
      id,
      repoTags: [name],
      repoDigests: [],
      sizeBytes: 1n,
      uid: 0,
      username: "",
      pinned: false,
    };
    this.imageTable.set(name, image);
    this.imageTable.set(id, image);
    return image;
  }

  /** Ends a container as if its process had exited. */
  exit(id: string, exitCode: number): void {
    const record = this.containerRecords.get(id);
    if (record === undefined) throw new Error(`no container ${id}`);
    this.#setFacts(record.container, {
      ...record.facts,
      pid: 0,
      finishedAtNanos: this.#tick(),
      exitCode,
    });
    const changed = this.containerRecords.get(id);
    if (changed !== undefined) this.tell({ type: "container", record: changed });
  }

  async #runSandbox(
    { config, runtimeHandler }: SandboxRun,
    signal: AbortSignal,
  ): Promise<SandboxRecord> {
    await this.#step("sandbox.run", signal);
    const id = podSandboxId(randomBytes(32).toString("hex"));
    const sandbox = {
      id,
      engine: this.name,
      runtimeHandler,
      createdAtNanos: this.#tick(),
      config,
    } as const;
    const facts = {
      pid: 100,
      startedAtNanos: this.#tick(),
      finishedAtNanos: 0n,
      ips: ["10.0.0.2"],
    };
    this.sandboxRecords.set(id, { sandbox, facts });
    return { sandbox, facts };
  }

  async #stopSandbox(sandbox: PodSandbox, signal: AbortSignal): Promise<PodSandboxFacts> {
    await this.#step("sandbox.stop", signal);
    const known = this.sandboxRecords.get(sandbox.id)?.facts;
    const before = known ?? { pid: 0, startedAtNanos: 1n, finishedAtNanos: 1n, ips: [] };
    const finishedAtNanos = before.finishedAtNanos === 0n ? this.#tick() : before.finishedAtNanos;
    const facts = { ...before, pid: 0, finishedAtNanos };
    if (known !== undefined) this.sandboxRecords.set(sandbox.id, { sandbox, facts });
    return facts;
  }

  async #createContainer(
    { sandbox, config, image }: ContainerCreate,
    signal: AbortSignal,
  ): Promise<ContainerRecord> {
    await this.#step("container.create", signal);
    const { envs: _dropped, ...rest } = config;
    const container: Container = {
      id: containerId(randomBytes(32).toString("hex")),
      sandboxId: sandbox.id,
      engine: this.name,
      createdAtNanos: this.#tick(),
      config: rest,
      imageId: image.id,
      imageRef: image.id,
      logFile: logFileOf(sandbox.config.logDirectory, config.logPath),
      stopSignal: "SIGTERM",
    };
    const facts = {
      pid: 0,
      startedAtNanos: 0n,
      finishedAtNanos: 0n,
      exitCode: 0,
      oomKilled: false,
      error: "",
      user: undefined,
      resources: config.resources,
    };
    this.containerRecords.set(container.id, { container, facts });
    return { container, facts };
  }

  async #startContainer(container: Container, signal: AbortSignal): Promise<ContainerFacts> {
    await this.#step("container.start", signal);
    const { facts } = this.#need(container);
    const command = container.config.command.join(" ");
    if (command === "cannot run") {
      const error = "no such file";
      return this.#setFacts(container, {
        ...facts,
        finishedAtNanos: this.#tick(),
        exitCode: 128,
        error,
      });
    }
    const started = this.#setFacts(container, { ...facts, pid: 200, startedAtNanos: this.#tick() });
    const code = /^exit (\d+)$/.exec(command)?.[1];
    if (code !== undefined) this.exit(container.id, Number(code));
    return started;
  }

  async #stopContainer(
    container: Container,
    graceSeconds: number,
    signal: AbortSignal,
  ): Promise<ContainerFacts> {
    await this.#step("container.stop", signal);
    const { facts } = this.#need(container);
    if (facts.startedAtNanos === 0n || facts.finishedAtNanos > 0n) return facts;
    const stubborn = container.config.command.join(" ") === "ignore SIGTERM";
    if (stubborn && graceSeconds > 0) {
      return await new Promise((resolve) => this.#stops.set(container.id, resolve));
    }
    const exitCode = stubborn ? 137 : 143;
    const ended = this.#setFacts(container, {
      ...facts,
      pid: 0,
      finishedAtNanos: this.#tick(),
      exitCode,
    });
    this.#stops.get(container.id)?.(ended);
    return ended;
  }

  async #step(name: string, signal: AbortSignal): Promise<void> {
    this.calls.push(name);
    signal.throwIfAborted();
    await this.interfere(name, signal);
  }

  #need(container: Container): ContainerRecord {
    const record = this.containerRecords.get(container.id);
    if (record === undefined) throw new CriError("NotFound", `no container ${container.id}`);
    return record;
  }

  #setFacts(container: Container, facts: ContainerFacts): ContainerFacts {
    this.containerRecords.set(container.id, { container, facts });
    if (facts.finishedAtNanos > 0n) this.io.noteEnd(container.id);
    return facts;
  }

  #tick(): bigint {
    this.#now += 1_000_000n;
    return this.#now;
  }
}

function said(resources: LinuxResources): Partial<LinuxResources> {
  return Object.fromEntries(Object.entries(resources).filter(([, value]) => value !== undefined));
}

function logFileOf(logDirectory: string, logPath: string): string {
  return logDirectory === "" || logPath === "" ? "" : `${logDirectory}/${logPath}`;
}
