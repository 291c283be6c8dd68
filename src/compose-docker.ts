import { join } from "node:path";
import { connectDocker } from "./backends/docker/client.ts";
import { DockerBackend } from "./backends/docker/docker-backend.ts";
import type { DockerSettings } from "./backends/docker/docker-settings.ts";
import { ImageUsage } from "./backends/docker/image-usage.ts";
import { DockerImages } from "./backends/docker/images.ts";
import { meteredDocker } from "./backends/docker/metered-api.ts";
import { tracedDocker } from "./backends/docker/traced-api.ts";
import type { Config } from "./config/settings.ts";
import { minOomScoreAdj, ownCapabilities } from "./host/capabilities.ts";
import { ensureFolders } from "./host/client-path.ts";
import { lockEngine } from "./host/engine-lock.ts";
import { failpoint } from "./host/failpoint.ts";
import type { NetnsDialer } from "./host/netns-dialer.ts";
import { ContainerLogs } from "./logs/container-logs.ts";
import type { Clock, Log, Meter, Tracer } from "./model/ports.ts";
import type { PodNetwork } from "./network/pod-network.ts";
import { WritableLayers } from "./stats/writable-layers.ts";

/** What everything is built from. */
export interface ComposeOptions {
  readonly config: Config;
  readonly log: Log;
  readonly meter: Meter;
  readonly clock: Clock;
  /** undefined: nothing is traced. */
  readonly tracer?: Tracer | undefined;
}

/** Image layers never change: one look at each is enough for a day. */
const imageLayerMillis = 24 * 60 * 60 * 1000;

/** What the docker engine shares with others. */
export interface DockerParts {
  readonly stack: AsyncDisposableStack;
  readonly network: PodNetwork;
  readonly dialer: NetnsDialer;
  readonly writableLayers: WritableLayers;
}

/** The engine, and the logs that it writes and we translate. */
interface DockerEngine {
  readonly backend: DockerBackend;
  readonly logs: Pick<ContainerLogs, "lag">;
}

/**
 * Builds the docker engine with its logs, which end with the stack: what it defers runs after the engine was told
 * to stop by the signal.
 */
export async function composeDocker(
  { config, log, meter, clock, tracer }: ComposeOptions,
  parts: DockerParts,
  stopping: AbortSignal,
): Promise<DockerEngine> {
  const { stack, network, dialer, writableLayers } = parts;
  const { root } = config.state;
  const { endpoint } = config.backends.docker;
  stack.use(await lockEngine(endpoint.slice("unix://".length)));
  const metered = meteredDocker(connectDocker(endpoint), { clock, meter });
  const api = tracer === undefined ? metered : tracedDocker(metered, tracer);
  const logs = new ContainerLogs({
    stateDir: join(root, "logs"),
    clock,
    log,
    meter,
    ensureFolders,
    adoption: config.logs.adopt,
  });
  const imageLayers = new WritableLayers({ clock, log, intervalMillis: imageLayerMillis });
  const usage = new ImageUsage({
    api,
    clock,
    info: () => backend.info(),
    writableLayers: () => writableLayers.total(),
    imageLayers,
  });
  const images = new DockerImages({
    api,
    clock,
    log,
    meter,
    tracer,
    usage,
    sandboxImage: config.sandboxImage,
    pullStallMillis: config.images.progressTimeoutSeconds * 1_000,
  });
  const backend = new DockerBackend({
    api,
    images,
    network,
    logs,
    dialer,
    settings: settingsOf(config),
    clock,
    log,
    meter,
    failpoint,
  });
  await logs.start();
  const measuring = imageLayers.run(stopping);
  stack.defer(() => measuring);
  stack.defer(() => logs.stop());
  stack.use(backend);
  return { backend, logs };
}

function settingsOf({
  sandboxImage,
  handlers,
  logs,
  state,
  restrictOomScoreAdj,
}: Config): DockerSettings {
  const onDocker = Object.entries(handlers).filter(([, handler]) => handler.backend === "docker");
  return {
    sandboxImage,
    handlers: Object.fromEntries(
      onDocker.map(([name, handler]) => [name, handler.runtime ?? "runc"]),
    ),
    logBufferBytes: logs.dockerBuffer,
    limits: {
      capabilities: ownCapabilities(),
      minOomScoreAdj: restrictOomScoreAdj === "never" ? -1000 : minOomScoreAdj(),
    },
    imageVolumeFolder: join(state.run, "image-volumes"),
    podFilesFolder: join(state.root, "pod-files"),
  };
}
