import type { ContainerRecord, SandboxRecord } from "../../src/backends/backend.ts";
import { Router } from "../../src/backends/router.ts";
import { systemClock } from "../../src/host/clock.ts";
import { KeyedMutex } from "../../src/host/mutex.ts";
import type { Log, Meter } from "../../src/model/ports.ts";
import { Background } from "../../src/runtime/background.ts";
import type { RuntimeContext } from "../../src/runtime/context.ts";
import { createRuntime } from "../../src/runtime/create-runtime.ts";
import { Creations } from "../../src/runtime/creations.ts";
import { PodEvents } from "../../src/runtime/events.ts";
import { KnownEngines } from "../../src/runtime/known-engines.ts";
import { Ledger } from "../../src/runtime/ledger.ts";
import { Leftovers } from "../../src/runtime/leftovers.ts";
import { observe } from "../../src/runtime/observe.ts";
import type { Stored } from "../../src/runtime/record-table.ts";
import type { Runtime } from "../../src/runtime/runtime.ts";
import { FakeBackend } from "./fake-backend.ts";

/** Files in memory that can be told to fail. */
export class MemoryFiles<Value extends { readonly id: string }> {
  readonly values = new Map<string, Value>();
  failure: Error | undefined;

  async load(): Promise<readonly Value[]> {
    return [...this.values.values()];
  }
  async put(value: Value): Promise<void> {
    if (this.failure !== undefined) throw this.failure;
    this.values.set(value.id, value);
  }
  async remove(id: string): Promise<void> {
    this.values.delete(id);
  }
}

/** What stays on a node's disk while processes come and go. */
export interface Disk {
  readonly sandboxes: MemoryFiles<Stored<SandboxRecord>>;
  readonly containers: MemoryFiles<Stored<ContainerRecord>>;
  readonly engines: MemoryFiles<{ readonly id: string }>;
  readonly intents: Set<string>;
}

export function emptyDisk(): Disk {
  return {
    sandboxes: new MemoryFiles(),
    containers: new MemoryFiles(),
    engines: new MemoryFiles(),
    intents: new Set(),
  };
}

export interface FakeNode extends AsyncDisposable {
  readonly runtime: Runtime;
  readonly context: RuntimeContext;
  readonly backend: FakeBackend;
  readonly disk: Disk;
  /** Resolves when the engine's events so far are in the ledger. */
  quiet(): Promise<void>;
}

export const silentLog: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  child: () => silentLog,
};

const silentMeter: Meter = {
  count: () => undefined,
  observe: () => undefined,
  gauge: () => undefined,
};

/** A runtime as a daemon composes it, on a fake engine and a disk in memory. */
export async function startFakeNode(
  disk = emptyDisk(),
  backend = new FakeBackend(),
): Promise<FakeNode> {
  const stop = new AbortController();
  const context = createContext(disk, backend, stop.signal);
  await context.ledger.load();
  await context.leftovers.load();
  await context.known.load();
  const observing = observe(context, backend);
  const quiet = async (): Promise<void> => {
    for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
    await context.background.settled();
  };
  await quiet();
  return {
    runtime: createRuntime(context),
    context,
    backend,
    disk,
    quiet,
    [Symbol.asyncDispose]: async () => {
      stop.abort();
      await observing;
    },
  };
}

function createContext(disk: Disk, backend: FakeBackend, stopping: AbortSignal): RuntimeContext {
  const { intents } = disk;
  const known = new KnownEngines(disk.engines);
  const ledger = new Ledger({
    sandboxFiles: disk.sandboxes,
    containerFiles: disk.containers,
    clock: systemClock,
    log: silentLog,
  });
  return {
    router: new Router({ backends: [backend] }),
    ledger,
    leftovers: new Leftovers({
      load: async () => new Set(intents),
      begin: async (name) => void intents.add(name),
      end: async (name) => void intents.delete(name),
    }),
    known,
    events: new PodEvents({
      ledger,
      knows: (engine) => known.has(engine),
      clock: systemClock,
      meter: silentMeter,
    }),
    sandboxCreations: new Creations(),
    containerCreations: new Creations(),
    locks: new KeyedMutex(),
    stats: { sample: async () => undefined, forget: () => undefined },
    podStats: { sample: async () => undefined, forget: () => undefined },
    metrics: {
      features: async () => new Set(),
      containers: async () => new Map(),
      pods: async () => new Map(),
      networks: async () => new Map(),
      lastSeen: () => undefined,
      forget: () => undefined,
    },
    network: {
      collect: async () => undefined,
      lives: async () => false,
      hostInterface: () => undefined,
    },
    strays: new Map(),
    background: new Background(silentLog),
    clock: systemClock,
    log: silentLog,
    identity: { runtimeName: "docker", runtimeVersion: "0.0.0" },
    stopping,
    failpoint: () => undefined,
  };
}
