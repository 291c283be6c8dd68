import { join } from "node:path";
import type { Backend, ContainerRecord, SandboxRecord } from "./backends/backend.ts";
import { Router } from "./backends/router.ts";
import { type ComposeOptions, composeDocker } from "./compose-docker.ts";
import type { Config } from "./config/settings.ts";
import { failpoint } from "./host/failpoint.ts";
import { KeyedMutex } from "./host/mutex.ts";
import { NetnsDialer } from "./host/netns-dialer.ts";
import { openFileLimit } from "./host/open-file-limit.ts";
import { filesIn } from "./host/own-folder.ts";
import type { NodeSource } from "./metrics/node-metrics.ts";
import { CriError } from "./model/error.ts";
import { podSandboxId } from "./model/ids.ts";
import type { PodOverview } from "./model/overview.ts";
import type { PodSandbox } from "./model/pod-sandbox.ts";
import type { StreamTarget } from "./model/streaming.ts";
import type { PodNetworkAttachment } from "./network/attachment-args.ts";
import { PodNetwork } from "./network/pod-network.ts";
import { Background } from "./runtime/background.ts";
import type { RuntimeContext } from "./runtime/context.ts";
import { createRuntime } from "./runtime/create-runtime.ts";
import { createStreamTarget } from "./runtime/create-stream-target.ts";
import { Creations } from "./runtime/creations.ts";
import { PodEvents } from "./runtime/events.ts";
import { KnownEngines } from "./runtime/known-engines.ts";
import { Ledger } from "./runtime/ledger.ts";
import { Leftovers } from "./runtime/leftovers.ts";
import { meteredBackend } from "./runtime/metered-backend.ts";
import { observe } from "./runtime/observe.ts";
import { engineOverviews, listsCondition, podOverviews } from "./runtime/overviews.ts";
import type { Stored } from "./runtime/record-table.ts";
import type { Runtime } from "./runtime/runtime.ts";
import { Intents } from "./state/intents.ts";
import { StateFiles } from "./state/state-files.ts";
import { ContainerStatsSampler } from "./stats/container-stats-sampler.ts";
import { KernelFiles } from "./stats/kernel-files.ts";
import { MetricsSampler } from "./stats/metrics-sampler.ts";
import { Places } from "./stats/places.ts";
import { PodSandboxStatsSampler } from "./stats/pod-sandbox-stats-sampler.ts";
import { TimeSlices } from "./stats/time-slices.ts";
import { WritableLayers } from "./stats/writable-layers.ts";
import { version } from "./version.ts";

/** A node at work: its engines are followed until it is disposed of; disposing flushes what is still to be written. */
export interface Node extends AsyncDisposable {
  readonly runtime: Runtime;
  /** What clients' streams are connected to. */
  readonly streams: StreamTarget;
  /** What metrics read of it. */
  readonly source: NodeSource;
  /** Every pod, for people. From memory. */
  pods(): Iterable<PodOverview>;
}

/** Each costs the kernel some 5 KiB; a container has 4 to 9 of them. */
function filesKeptOpen(): number {
  return Math.min(4096, Math.floor(openFileLimit() / 4));
}

/** Builds engines and runtime from the settings, reads what earlier processes recorded, and begins to follow the engines. */
export async function compose(options: ComposeOptions): Promise<Node> {
  const { config, log, clock } = options;
  refuseNative(config);
  await using stack = new AsyncDisposableStack();
  const stop = new AbortController();
  // Ends before the stack does: what was begun waits for this signal, also when the rest cannot be made.
  using ending = new DisposableStack();
  ending.defer(() => stop.abort());
  const writableLayers = new WritableLayers({ clock, log });
  const network = createNetwork(
    options,
    (id) => context.ledger.sandboxes.get(podSandboxId(id))?.sandbox,
  );
  await network.start(stop.signal);
  stack.defer(() => network.ended());
  const dialer = stack.use(new NetnsDialer());
  const parts = { stack, network, dialer, writableLayers };
  const docker = await composeDocker(options, parts, stop.signal);
  const context = createContext(options, {
    backends: [meteredBackend(docker.backend, options)],
    ...createStats(options, stack, writableLayers),
    network,
    stopping: stop.signal,
  });
  await context.ledger.load();
  await context.leftovers.load();
  await context.known.load();
  const running = [
    writableLayers.run(stop.signal),
    ...context.router.backends.map((backend) => observe(context, backend)),
  ];
  stack.defer(async () => {
    stop.abort();
    await Promise.all([
      ...running,
      context.sandboxCreations.settled(),
      context.containerCreations.settled(),
    ]);
    await context.background.settled();
  });
  ending.move();
  const life = stack.move();
  return {
    runtime: createRuntime(context),
    streams: createStreamTarget(context),
    source: {
      engines: () => engineOverviews(context),
      lists: () => listsCondition(context),
      logLag: () => docker.logs.lag(),
      quarantinedFiles: async () => (await filesIn(quarantineOf(config))).length,
    },
    pods: () => podOverviews(context),
    [Symbol.asyncDispose]: () => life.disposeAsync(),
  };
}

function quarantineOf({ state }: Config): string {
  return join(state.root, "quarantine");
}

/** The native engine is not in this version: settings that ask for it would be passed over without a word. */
function refuseNative({ backends, handlers }: Config): void {
  const native = Object.keys(handlers).find((name) => handlers[name]?.backend === "runc");
  const asked = native === undefined ? "backends.default" : `handlers.${native}.backend`;
  if (native === undefined && backends.default !== "runc") return;
  const message = `${asked} is "runc", an engine that this version does not have: "docker" would be right`;
  throw new CriError("InvalidArgument", message);
}

/** Connects the pods of all engines. A lost cache is made up for by what the ledger knows. */
function createNetwork(
  { config, log, meter, clock, tracer }: ComposeOptions,
  sandboxOf: (id: string) => PodSandbox | undefined,
): PodNetwork {
  const recall = (sandboxId: string): PodNetworkAttachment | undefined => {
    const sandbox = sandboxOf(sandboxId);
    if (sandbox === undefined) return undefined;
    const { metadata, portMappings, dns, annotations } = sandbox.config;
    return { sandboxId, netnsPath: undefined, metadata, portMappings, dns, annotations };
  };
  return new PodNetwork({ ...config.network, recall, log, meter, clock, tracer });
}

/** What reads the kernel's files; those that it keeps open are closed at the end. */
function createStats(
  { clock, log }: ComposeOptions,
  stack: AsyncDisposableStack,
  writableLayers: WritableLayers,
): Pick<RuntimeContext, "stats" | "podStats" | "metrics"> {
  const places = new Places(stack.use(new KernelFiles(filesKeptOpen())));
  const slices = new TimeSlices(clock);
  const containers = new ContainerStatsSampler({ clock, places, slices, writableLayers });
  const podStats = new PodSandboxStatsSampler({ clock, places, slices, containers });
  const metrics = new MetricsSampler({ clock, log, places, slices, podStats, writableLayers });
  return { stats: containers, podStats, metrics };
}

interface Parts {
  readonly backends: readonly [Backend, ...Backend[]];
  readonly stats: RuntimeContext["stats"];
  readonly podStats: RuntimeContext["podStats"];
  readonly metrics: RuntimeContext["metrics"];
  readonly network: PodNetwork;
  readonly stopping: AbortSignal;
}

function createContext(
  { config, log, meter, clock }: ComposeOptions,
  { backends, stats, podStats, metrics, network, stopping }: Parts,
): RuntimeContext {
  const { root, run } = config.state;
  const stateFiles = { quarantine: quarantineOf(config), log, meter };
  const sandboxFiles = new StateFiles<Stored<SandboxRecord>>({
    ...stateFiles,
    folder: join(root, "sandboxes"),
    kind: "sandbox",
  });
  const containerFiles = new StateFiles<Stored<ContainerRecord>>({
    ...stateFiles,
    folder: join(root, "containers"),
    kind: "container",
  });
  const ledger = new Ledger({ sandboxFiles, containerFiles, clock, log });
  const known = new KnownEngines(
    new StateFiles({ ...stateFiles, folder: join(root, "engines"), kind: "engine" }),
  );
  return {
    router: new Router({ backends }),
    ledger,
    leftovers: new Leftovers(new Intents(join(run, "creating"))),
    known,
    events: new PodEvents({ ledger, knows: (engine) => known.has(engine), clock, meter }),
    sandboxCreations: new Creations(),
    containerCreations: new Creations(),
    locks: new KeyedMutex(),
    stats,
    podStats,
    metrics,
    network,
    strays: new Map(),
    background: new Background(log),
    clock,
    log,
    identity: {
      runtimeName: config.runtimeName === "auto" ? "docker" : config.runtimeName,
      runtimeVersion: version,
    },
    stopping,
    failpoint,
  };
}
