import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CriClient } from "../../src/client/cri-client.ts";
import type { ContainerConfig } from "../../src/gen/runtime/v1/ContainerConfig.ts";
import type { PodSandboxConfig } from "../../src/gen/runtime/v1/PodSandboxConfig.ts";
import { PlainDocker } from "../bench/plain-docker.ts";
import { busyboxTree, pauseEntrypoint, pauseTree } from "../harness/busybox-tree.ts";
import { CniNetwork } from "../harness/cni-network.ts";
import { Containerd } from "../harness/containerd.ts";
import { CriFerry } from "../harness/cri-ferry.ts";
import { Registry } from "../harness/registry.ts";
import { OwnDockerd } from "../integration/own-dockerd.ts";
import { buildGoProgram } from "./go-program.ts";

const subnets: Readonly<Record<string, string>> = {
  docker: "10.97.0.0/24",
  containerd: "10.97.1.0/24",
};
const call = { timeoutMillis: 120_000 };
/** Where the program lies in every container. */
const programPath = "/interop";

/** The port of the pod that sends back what it gets. */
export const echoPort = 7_000;

/** `docker`: cri-ferry on it. `containerd` tests the tests: Debian's own, with what it has of the protocols. */
const subject = process.env["CRI_FERRY_INTEROP_SUBJECT"] ?? "docker";

/** Options of a test that an old peer cannot pass: skips there, saying so. */
export const beyondPeer = { skip: subject === "docker" ? false : `${subject} lacks it` };

/** The daemon whose streams are tested. */
interface Endpoint extends AsyncDisposable {
  readonly socket: string;
  readonly pid: number;
  logTail(lines?: number): string;
}

/** A node whose streams are tested: a dockerd and a daemon of its own, and one pod with containers to talk to. */
export class StreamingNode implements AsyncDisposable {
  readonly program: string;
  readonly endpoint: Endpoint;
  readonly client: CriClient;
  readonly podSandboxId: string;
  /** Sleeps; exec goes here. */
  readonly containerId: string;
  readonly #parts: Parts;

  private constructor(
    parts: Parts,
    ids: { readonly podSandboxId: string; readonly containerId: string },
  ) {
    this.#parts = parts;
    this.program = parts.program;
    this.endpoint = parts.endpoint;
    this.client = parts.client;
    this.podSandboxId = ids.podSandboxId;
    this.containerId = ids.containerId;
  }

  static async start(name = subject): Promise<StreamingNode> {
    await using stack = new AsyncDisposableStack();
    const parts = await startParts(name, stack);
    const { podSandboxId } = await parts.client.runtime(
      "RunPodSandbox",
      { config: parts.config },
      call,
    );
    const echo = [programPath, "echo", String(echoPort)];
    await startContainer(parts, podSandboxId, { metadata: { name: "echo" }, command: echo });
    const containerId = await startContainer(parts, podSandboxId, { metadata: { name: "main" } });
    stack.defer(async () => {
      await parts.client.runtime("StopPodSandbox", { podSandboxId }, call);
      await parts.client.runtime("RemovePodSandbox", { podSandboxId }, call);
    });
    return new StreamingNode({ ...parts, stack: stack.move() }, { podSandboxId, containerId });
  }

  /** The TCP port of its streaming server. */
  async streamingPort(): Promise<number> {
    const request = { containerId: this.containerId, cmd: ["true"], stdout: true };
    return Number(new URL((await this.client.runtime("Exec", request, call)).url).port);
  }

  /** Makes and starts another container of the pod, which goes with it; returns its id. */
  async startContainer(name: string, changes: ContainerConfig): Promise<string> {
    return await startContainer(this.#parts, this.podSandboxId, { ...changes, metadata: { name } });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#parts.stack.disposeAsync();
  }
}

interface Parts {
  readonly program: string;
  readonly image: string;
  readonly endpoint: Endpoint;
  readonly client: CriClient;
  readonly config: PodSandboxConfig & { readonly logDirectory: string };
  readonly stack: AsyncDisposableStack;
}

async function startParts(name: string, stack: AsyncDisposableStack): Promise<Parts> {
  const program = buildGoProgram();
  const folder = await mkdtemp(join(tmpdir(), "cf-interop-"));
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  const network = stack.use(
    await CniNetwork.create({ folder, bridge: `cfi-${name}`, subnet: subnets[name] ?? "" }),
  );
  const place = { folder, cniConfDir: network.confDir, stack };
  const start = name === "containerd" ? startContainerd : startFerry;
  const { image, endpoint } = await start(place);
  const client = stack.use(new CriClient(endpoint.socket));
  const { image: present } = await client.image("ImageStatus", { image: { image } }, call);
  if (present === null) await client.image("PullImage", { image: { image } }, call);
  const logDirectory = join(folder, "logs");
  await mkdir(logDirectory);
  const config = {
    metadata: { name: "pod", uid: "interop", namespace: "interop", attempt: 0 },
    hostname: "interop",
    logDirectory,
    linux: {
      securityContext: { namespaceOptions: { network: "POD", pid: "CONTAINER", ipc: "POD" } },
    },
  } as const;
  return { program, image, endpoint, client, config, stack };
}

interface Place {
  readonly folder: string;
  readonly cniConfDir: string;
  readonly stack: AsyncDisposableStack;
}

const path = "PATH=/bin";
const names = { image: "interop/busybox", sandboxImage: "interop/pause" };
const configs = {
  image: { Cmd: ["sh"], Env: [path] },
  sandboxImage: { Entrypoint: pauseEntrypoint, Env: [path] },
};

/** The daemon on a dockerd that has the images, since it reaches no registry from its own network namespace. */
async function startFerry({ folder, cniConfDir, stack }: Place) {
  const dockerd = stack.use(await OwnDockerd.create());
  await dockerd.start();
  const dockerEndpoint = dockerd.endpoint;
  const image = `cri-ferry.test/${names.image}:1`;
  const sandboxImage = `cri-ferry.test/${names.sandboxImage}:1`;
  using docker = new PlainDocker(dockerEndpoint.slice("unix://".length));
  await docker.load(image, await busyboxTree(), configs.image);
  await docker.load(sandboxImage, pauseTree(), configs.sandboxImage);
  const options = { folder: join(folder, "cri-ferry"), cniConfDir, sandboxImage, dockerEndpoint };
  return { image, endpoint: stack.use(await CriFerry.start(options)) };
}

async function startContainerd({ folder, cniConfDir, stack }: Place) {
  const registry = stack.use(await Registry.start(join(folder, "registry")));
  const [image, sandboxImage] = [
    await registry.push({
      name: names.image,
      tags: ["1"],
      layers: [await busyboxTree()],
      config: configs.image,
    }),
    await registry.push({
      name: names.sandboxImage,
      tags: ["1"],
      layers: [pauseTree()],
      config: configs.sandboxImage,
    }),
  ];
  const options = {
    folder: join(folder, "containerd"),
    cniConfDir,
    sandboxImage: sandboxImage.reference,
  };
  return { image: image.reference, endpoint: stack.use(await Containerd.start(options)) };
}

async function startContainer(
  { client, program, image, config: sandboxConfig }: Parts,
  podSandboxId: string,
  changes: ContainerConfig,
): Promise<string> {
  const config = {
    image: { image },
    command: ["sleep", "1000000"],
    logPath: `${changes.metadata?.name}.log`,
    mounts: [{ containerPath: programPath, hostPath: program, readonly: true }],
    linux: { securityContext: { namespaceOptions: { pid: "CONTAINER" as const } } },
    ...changes,
  };
  const request = { podSandboxId, config, sandboxConfig };
  const { containerId } = await client.runtime("CreateContainer", request, call);
  await client.runtime("StartContainer", { containerId }, call);
  return containerId;
}
