import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connectDocker, type DockerApi } from "../../src/backends/docker/client.ts";
import { DockerBackend } from "../../src/backends/docker/docker-backend.ts";
import { ImageUsage } from "../../src/backends/docker/image-usage.ts";
import { DockerImages } from "../../src/backends/docker/images.ts";
import { minOomScoreAdj, ownCapabilities } from "../../src/host/capabilities.ts";
import { ensureFolders } from "../../src/host/client-path.ts";
import { systemClock } from "../../src/host/clock.ts";
import { NetnsDialer } from "../../src/host/netns-dialer.ts";
import { ContainerLogs } from "../../src/logs/container-logs.ts";
import type { Log, Meter } from "../../src/model/ports.ts";
import { PodNetwork } from "../../src/network/pod-network.ts";
import { CniNetwork } from "../harness/cni-network.ts";
import { dockerApi, importBusybox } from "./docker-host.ts";
import { silentLog } from "./silent-log.ts";

const nothing = (): void => undefined;
const meter: Meter = { count: nothing, observe: nothing, gauge: nothing };
const { signal: never } = new AbortController();

/** A folder, a pod network and two images of a test's own on the real engine, on which backends live one after another. */
export interface DockerNode extends AsyncDisposable {
  readonly folder: string;
  readonly image: string;
  readonly pause: string;
  readonly api: DockerApi;
  /** A new life of the program: disposing ends it as SIGTERM would, containers go on. */
  readonly start: (options?: StartOptions) => Promise<LivingBackend>;
}

interface StartOptions {
  readonly log?: Log;
  /** Default: the engine that has the images. */
  readonly endpoint?: string;
}

export interface LivingBackend extends AsyncDisposable {
  readonly backend: DockerBackend;
  readonly network: PodNetwork;
}

interface NodeOptions {
  /** Names the images. */
  readonly name: string;
  readonly bridge: string;
  readonly subnet: string;
}

/** Makes what a node needs; disposing removes it. */
export async function dockerNode(options: NodeOptions): Promise<DockerNode> {
  const folder = await mkdtemp(join(tmpdir(), `${options.name}-`));
  const api = dockerApi();
  const image = `cri-ferry.test/${options.name}:1`;
  const pause = `cri-ferry.test/${options.name}-pause:1`;
  await importBusybox(api, image);
  await commitPause(api, image, pause);
  const cni = await CniNetwork.create({ folder, ...options });
  return {
    folder,
    image,
    pause,
    api,
    start: async ({ log = silentLog, endpoint = api.endpoint } = {}) =>
      await start({ folder, pause, confDir: cni.confDir, log, endpoint }),
    [Symbol.asyncDispose]: async () => {
      for (const name of [pause, image]) await removeImage(api, name);
      await cni[Symbol.asyncDispose]();
      await rm(folder, { recursive: true });
      api.close();
    },
  };
}

interface Start {
  readonly folder: string;
  readonly pause: string;
  readonly confDir: string;
  readonly log: Log;
  readonly endpoint: string;
}

async function start({ folder, pause, confDir, log, endpoint }: Start): Promise<LivingBackend> {
  const life = new AbortController();
  const api = connectDocker(endpoint);
  const clock = systemClock;
  const network = new PodNetwork({
    confDirs: [confDir],
    binDirs: ["/opt/cni/bin", "/usr/lib/cni"],
    cacheDir: join(folder, "cni-cache"),
    foreignCacheDirs: [],
    log,
    meter,
    clock,
  });
  const logs = new ContainerLogs({
    stateDir: join(folder, "offsets"),
    clock,
    log,
    meter,
    ensureFolders,
  });
  const usage = new ImageUsage({
    api,
    clock,
    info: () => backend.info(),
    writableLayers: () => ({ usedBytes: 0n, inodesUsed: 0n }),
    imageLayers: { usage: () => undefined, forget: nothing },
  });
  const images = new DockerImages({ api, clock, log, meter, usage, sandboxImage: pause });
  const dialer = new NetnsDialer();
  await mkdir(join(folder, "run"), { recursive: true });
  const backend: DockerBackend = new DockerBackend({
    api,
    images,
    network,
    logs,
    dialer,
    clock,
    log,
    meter,
    failpoint: () => undefined,
    settings: {
      sandboxImage: pause,
      handlers: {},
      logBufferBytes: 32 << 20,
      limits: { capabilities: ownCapabilities(), minOomScoreAdj: minOomScoreAdj() },
      imageVolumeFolder: join(folder, "run", "image-volumes"),
      podFilesFolder: join(folder, "pod-files"),
    },
  });
  await network.start(life.signal);
  await logs.start();
  return {
    backend,
    network,
    [Symbol.asyncDispose]: async () => {
      life.abort();
      await backend[Symbol.asyncDispose]();
      await dialer[Symbol.asyncDispose]();
      await logs.stop();
      await network.ended();
    },
  };
}

/** A pause image for tests: a process that does nothing for longer than any test. */
async function commitPause(api: DockerApi, image: string, pause: string): Promise<void> {
  const body = { Image: image, Cmd: ["sleep", "1000000"] };
  const made = await api.call({ method: "POST", path: "/containers/create", body }, never);
  const { Id: container } = made as { readonly Id: string };
  const [repo = "", tag = ""] = pause.split(":");
  await api.call({ method: "POST", path: "/commit", query: { container, repo, tag } }, never);
  await api.call({ method: "DELETE", path: `/containers/${container}` }, never);
}

async function removeImage(api: DockerApi, name: string): Promise<void> {
  await api.call({ method: "DELETE", path: `/images/${name}` }, never).catch(() => undefined);
}
