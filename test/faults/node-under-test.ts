import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { CriClient } from "../../src/client/cri-client.ts";
import { busyboxTree, pauseEntrypoint, pauseTree } from "../harness/busybox-tree.ts";
import { CniNetwork } from "../harness/cni-network.ts";
import { CriFerry, type CriFerryOptions } from "../harness/cri-ferry.ts";
import { assertNoLeaks, type Snapshot, snapshot, type Watched } from "../harness/leaks.ts";
import { type PushedImage, Registry } from "../harness/registry.ts";
import { Dockerd } from "./dockerd.ts";
import { faultsFolder } from "./place.ts";
import { cgroupParent, Pods } from "./pods.ts";

export interface NodeOptions {
  /** Whether dockerd keeps containers over its own restart. Default true. */
  readonly liveRestore?: boolean;
  /** Changes to how the daemon starts. */
  readonly ferry?: Partial<CriFerryOptions>;
  /** false: the test starts dockerd itself, nothing is pulled and there is no leak check. */
  readonly dockerd?: boolean;
}

/** The least that the daemon needs to be asked for something. */
const path = "PATH=/bin";

/**
 * A node that may break: a registry, a dockerd, a pod network and the daemon, each with folders of its own, and a client. Both
 * images are in the engine. Use it as `await using`; `assertNoLeaks` compares with the moment before the test's first pod.
 */
export class NodeUnderTest implements AsyncDisposable {
  readonly folder: string;
  readonly registry: Registry;
  readonly busybox: PushedImage;
  readonly pause: PushedImage;
  readonly dockerd: Dockerd;
  readonly network: CniNetwork;
  readonly ferry: CriFerry;
  readonly client: CriClient;
  readonly pods: Pods;
  readonly #life: AsyncDisposable;
  #before: Snapshot | undefined;

  private constructor(parts: Parts, life: AsyncDisposable) {
    this.folder = faultsFolder();
    this.registry = parts.registry;
    this.busybox = parts.busybox;
    this.pause = parts.pause;
    this.dockerd = parts.dockerd;
    this.network = parts.network;
    this.ferry = parts.ferry;
    this.client = parts.client;
    this.pods = new Pods({
      client: parts.client,
      folder: this.folder,
      image: parts.busybox.reference,
    });
    this.#life = life;
  }

  static async start(options: NodeOptions = {}): Promise<NodeUnderTest> {
    await using stack = new AsyncDisposableStack();
    const parts = await startParts(options, stack);
    const node = new NodeUnderTest(parts, { [Symbol.asyncDispose]: () => life.disposeAsync() });
    const life = stack.move();
    if (options.dockerd !== false) await node.settle();
    return node;
  }

  /** Pulls the images, runs one pod with all that stays once made (bridge, chains, folders), and takes stock. */
  async settle(): Promise<void> {
    await this.pods.pull(this.busybox.reference);
    const pod = await this.pods.run("first", {
      portMappings: [{ protocol: "TCP", containerPort: 80, hostPort: 18_080 }],
    });
    await this.pods.startContainer(pod, "first");
    await this.pods.remove(pod.id);
    this.#before = await snapshot(this.#watched());
  }

  /** Kills the daemon as a crash does, and starts it again with these failpoints: `name=kill`, `name=hang`, … */
  async crash(...failpoints: readonly string[]): Promise<void> {
    await this.ferry.kill();
    await this.restart(...failpoints);
  }

  /** Starts the daemon again, with these failpoints; it may have ended by one. */
  async restart(...failpoints: readonly string[]): Promise<void> {
    await this.ferry.restart({ env: { CRI_FERRY_FAILPOINTS: failpoints.join(",") } });
  }

  /** Fails with what is left over of the test's pods; the daemon's own clean-up has that long. */
  async assertNoLeaks(deadlineMillis = 30_000): Promise<void> {
    if (this.#before === undefined) throw new Error("settle() was not called");
    await assertNoLeaks(this.#before, this.#watched(), deadlineMillis);
  }

  /** Ends everything; the last words of the daemon go to stderr when `CRI_FERRY_FAULTS_LOG` is set. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (process.env["CRI_FERRY_FAULTS_LOG"] !== undefined) console.error(this.ferry.logTail(2_000));
    await this.#life[Symbol.asyncDispose]();
  }

  #watched(): Watched {
    return {
      folders: [this.network.leaseDir, join(this.folder, "ferry", "root"), this.#run],
      dockerEndpoint: this.dockerd.endpoint,
      cgroupParent,
    };
  }

  get #run(): string {
    return join(this.folder, "ferry", "run");
  }
}

interface Parts {
  readonly registry: Registry;
  readonly busybox: PushedImage;
  readonly pause: PushedImage;
  readonly dockerd: Dockerd;
  readonly network: CniNetwork;
  readonly ferry: CriFerry;
  readonly client: CriClient;
}

async function startParts(options: NodeOptions, stack: AsyncDisposableStack): Promise<Parts> {
  const folder = faultsFolder();
  const { liveRestore = true } = options;
  const place = join(folder, "docker");
  await mkdir(place, { recursive: true });
  const registry = stack.use(await Registry.start(join(folder, "registry")));
  const busybox = await registry.push({
    name: "faults/busybox",
    tags: ["1"],
    layers: [await busyboxTree()],
    config: { Cmd: ["sh"], Env: [path] },
  });
  const pause = await registry.push({
    name: "faults/pause",
    tags: ["1"],
    layers: [pauseTree()],
    config: { Entrypoint: pauseEntrypoint, Env: [path] },
  });
  const dockerd = stack.use(new Dockerd({ folder: place, liveRestore }));
  if (options.dockerd !== false) await dockerd.start();
  const network = stack.use(
    await CniNetwork.create({
      folder: join(folder, "cni"),
      bridge: "cf-faults",
      subnet: "10.83.0.0/16",
    }),
  );
  const ferry = stack.use(
    await CriFerry.start({
      folder: join(folder, "ferry"),
      cniConfDir: network.confDir,
      sandboxImage: pause.reference,
      dockerEndpoint: dockerd.endpoint,
      ...options.ferry,
    }),
  );
  const client = stack.use(new CriClient(ferry.socket));
  return { registry, busybox, pause, dockerd, network, ferry, client };
}
