import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { busyboxTree, pauseEntrypoint, pauseTree } from "../harness/busybox-tree.ts";
import { CniNetwork } from "../harness/cni-network.ts";
import { Containerd } from "../harness/containerd.ts";
import { CriFerry } from "../harness/cri-ferry.ts";
import { freePort } from "../harness/free-port.ts";
import { Registry } from "../harness/registry.ts";
import { OwnDockerd } from "../integration/own-dockerd.ts";
import { CpuGroup } from "./cpu-group.ts";
import { DockerFloor } from "./docker-floor.ts";
import { BenchEndpoint, type BenchPod, type PodMaker } from "./endpoint.ts";
import { Figures } from "./figures.ts";
import { PlainDocker } from "./plain-docker.ts";
import { listenerOf, processCpuMillis } from "./usage.ts";

/** What pods can be started on, with what was measured there. */
export interface Side {
  readonly name: string;
  readonly maker: PodMaker;
  readonly figures: Figures;
  readonly pods: BenchPod[];
  /** CPU of daemon, engine, their children and the pods. */
  readonly cpuMillis: () => number;
}

/** A side that speaks the CRI. */
export interface CriSide extends Side {
  readonly endpoint: BenchEndpoint;
  /** The process behind the socket. */
  readonly pid: () => number;
  /** Only of the cri-ferry that the bench has started. */
  readonly ferry?: CriFerry;
  readonly loopDelayFile?: string;
}

export interface Sides {
  readonly cri: readonly CriSide[];
  readonly floor: readonly Side[];
}

export interface Wanted {
  /** Name → socket of endpoints that run already. */
  readonly endpoints: ReadonlyMap<string, string>;
  /** Name → docker socket of those among them that work on an engine. */
  readonly engines: ReadonlyMap<string, string>;
  /** Name → process, for endpoints that listened under another name and then renamed their socket. */
  readonly pids: ReadonlyMap<string, string>;
  readonly containerd: boolean;
  /** For cri-ferry and the floor; else a dockerd is started for them. */
  readonly dockerEndpoint: string | undefined;
  /** For cri-ferry and the floor; else one made of busybox. */
  readonly sandboxImage: string | undefined;
  readonly folder: string;
}

interface Place {
  readonly stack: AsyncDisposableStack;
  readonly folder: string;
  readonly network: CniNetwork;
  readonly image: string;
  readonly pauseImage: string;
}

/** Starts what is to be measured; all of it ends with the stack. The first side is the one that the others are compared with. */
export async function openSides(stack: AsyncDisposableStack, wanted: Wanted): Promise<Sides> {
  const { folder } = wanted;
  const network = stack.use(
    await CniNetwork.create({ folder, bridge: "cfbench0", subnet: "10.98.0.0/16" }),
  );
  const registry = stack.use(await Registry.start(join(folder, "registry")));
  const image = await pushBusybox(registry);
  const pauseImage = await pushPause(registry);
  const place: Place = { stack, folder, network, image, pauseImage };
  const own = wanted.endpoints.has("cri-ferry") ? undefined : await openFerry(place, wanted);
  const peers: CriSide[] = [];
  for (const [name, socket] of wanted.endpoints) {
    const group = stack.use(new CpuGroup(name));
    const engine = wanted.engines.get(name);
    const known = wanted.pids.get(name);
    const pid = known === undefined ? listenerOf(socket) : Number(known);
    group.adopt(pid);
    if (engine !== undefined) group.adopt(listenerOf(engine));
    peers.push(criSide(place, { name, socket, group, pid: () => pid }));
  }
  if (wanted.containerd) peers.push(await openContainerd(place));
  return { cri: own === undefined ? peers : [own.ferry, ...peers], floor: own?.floor ?? [] };
}

async function pushBusybox(registry: Registry): Promise<string> {
  const image = { name: "bench/busybox", tags: ["1"], layers: [await busyboxTree()] };
  return (await registry.push({ ...image, config: { Cmd: ["sh"], Env: ["PATH=/bin"] } })).reference;
}

async function pushPause(registry: Registry): Promise<string> {
  const image = { name: "bench/pause", tags: ["1"], layers: [pauseTree()] };
  return (await registry.push({ ...image, config: { Entrypoint: pauseEntrypoint } })).reference;
}

/** cri-ferry on docker, and the floor on the same engine. */
async function openFerry(place: Place, { dockerEndpoint, sandboxImage }: Wanted) {
  const { stack, network } = place;
  const pauseImage = sandboxImage ?? place.pauseImage;
  const group = stack.use(new CpuGroup("cri-ferry"));
  const endpoint = dockerEndpoint ?? (await startDockerd(stack, group));
  if (dockerEndpoint !== undefined) group.adopt(listenerOf(endpoint.slice("unix://".length)));
  const docker = stack.use(new PlainDocker(endpoint.slice("unix://".length)));
  await loadImages(place, docker);
  const folder = join(place.folder, "cri-ferry");
  const loopDelayFile = join(place.folder, "loop-delay");
  const options = {
    folder,
    cniConfDir: network.confDir,
    sandboxImage: pauseImage,
    dockerEndpoint: endpoint,
    args: ["--metrics-address", `127.0.0.1:${await freePort()}`],
    env: {
      NODE_OPTIONS: `--import=${join(import.meta.dirname, "loop-delay.ts")}`,
      CRI_BENCH_LOOP_DELAY: loopDelayFile,
    },
  };
  const ferry = stack.use(await group.start(() => CriFerry.start(options)));
  const pid = (): number => ferry.pid;
  const side = criSide(place, { name: "cri-ferry", socket: ferry.socket, group, pid });
  const cgroupParent = group.podParent;
  const confDir = network.confDir;
  const floor: Side = {
    name: "docker floor",
    maker: new DockerFloor({ ...place, pauseImage, docker, confDir, cgroupParent }),
    figures: new Figures(),
    pods: [],
    // Its plugins are children of the bench.
    cpuMillis: () => group.millis() + processCpuMillis(process.pid).ended,
  };
  return { ferry: { ...side, ferry, loopDelayFile }, floor: [floor] };
}

async function startDockerd(stack: AsyncDisposableStack, group: CpuGroup): Promise<string> {
  const dockerd = stack.use(await OwnDockerd.create());
  await group.start(() => dockerd.start());
  return dockerd.endpoint;
}

async function loadImages(place: Place, docker: PlainDocker): Promise<void> {
  const config = { Cmd: ["sh"], Env: ["PATH=/bin"] };
  await docker.load(place.image, await busyboxTree(), config);
  await docker.load(place.pauseImage, pauseTree(), { Entrypoint: pauseEntrypoint });
}

async function openContainerd(place: Place): Promise<CriSide> {
  const { stack, network, pauseImage } = place;
  const folder = join(place.folder, "containerd");
  await mkdir(folder, { recursive: true });
  const group = stack.use(new CpuGroup("containerd"));
  const containerd = stack.use(
    await group.start(() =>
      Containerd.start({ folder, cniConfDir: network.confDir, sandboxImage: pauseImage }),
    ),
  );
  return criSide(place, {
    name: "containerd",
    socket: containerd.socket,
    group,
    pid: () => containerd.pid,
  });
}

interface CriProcess {
  readonly name: string;
  readonly socket: string;
  readonly group: CpuGroup;
  readonly pid: () => number;
}

function criSide(
  { stack, folder, image }: Place,
  { name, socket, group, pid }: CriProcess,
): CriSide {
  const cgroupParent = group.podParent;
  const endpoint = stack.use(new BenchEndpoint({ name, socket, image, folder, cgroupParent }));
  const cpuMillis = (): number => group.millis();
  return { name, maker: endpoint, endpoint, figures: new Figures(), pods: [], cpuMillis, pid };
}
