import { chmod, mkdtemp, readdir, readFile, rm, rmdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DockerApi } from "../../src/backends/docker/client.ts";
import { minOomScoreAdj, ownCapabilities } from "../../src/host/capabilities.ts";
import type { ContainerConfig, ContainerFacts } from "../../src/model/container.ts";
import type { Mount } from "../../src/model/mount.ts";
import type { PodSandbox, PodSandboxConfig } from "../../src/model/pod-sandbox.ts";
import type {
  DockerContainerInspect,
  DockerCreate,
  DockerImageInspect,
  DockerInfo,
} from "../../src/translate/docker/api.ts";
import { containerCreate } from "../../src/translate/docker/container-create.ts";
import type { ContainerCreateInput } from "../../src/translate/docker/container-create-input.ts";
import { hostDevicePaths } from "../../src/translate/docker/container-devices.ts";
import { type EngineFacts, engineFacts } from "../../src/translate/docker/engine.ts";
import { readImage } from "../../src/translate/docker/image.ts";
import { containerFacts } from "../../src/translate/docker/inspect.ts";
import { readSandbox } from "../../src/translate/docker/inspect-sandbox.ts";
import type { NodeLimits } from "../../src/translate/docker/node-limits.ts";
import { sandboxCreate } from "../../src/translate/docker/sandbox-create.ts";
import { exampleInput, examplePod } from "../fixtures/docker-pod.ts";
import { importBusybox } from "./docker-host.ts";

const { signal } = new AbortController();
/** Test files run side by side. */
const own = `cri-ferry-translate-${process.pid}`;
const reference = `cri-ferry.test/translate:${process.pid}`;

/** What became of a container that ran to its end. */
export interface Outcome {
  readonly facts: ContainerFacts;
  readonly inspect: DockerContainerInspect;
  /** What it wrote to `/out/said`. */
  readonly said: string;
}

/** What a test changes: fields of the container's config, and of the input around it. */
export interface Change {
  readonly config?: Partial<ContainerConfig>;
  readonly input?: Partial<ContainerCreateInput>;
}

/** Runs translated create calls on a real engine, and nothing else between: no backend, no CNI. */
export class DockerPodBench implements AsyncDisposable {
  readonly api: DockerApi;
  readonly engine: EngineFacts;
  readonly limits: NodeLimits;
  readonly #image: ContainerCreateInput["image"];
  readonly #made = new Set<string>();
  #count = 0;

  private constructor(api: DockerApi, engine: EngineFacts, image: ContainerCreateInput["image"]) {
    this.api = api;
    this.engine = engine;
    this.#image = image;
    this.limits = { capabilities: ownCapabilities(), minOomScoreAdj: minOomScoreAdj() };
  }

  static async open(api: DockerApi): Promise<DockerPodBench> {
    const { said } = await api.negotiate(signal);
    const info = (await api.call({ method: "GET", path: "/info" }, signal)) as DockerInfo;
    const id = await importBusybox(api, reference);
    const path = `/images/${id}/json`;
    const image = (await api.call({ method: "GET", path }, signal)) as DockerImageInspect;
    return new DockerPodBench(api, engineFacts(said, info), readImage(image, false));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const id of this.#made) await this.#remove(id);
    await this.api.call({ method: "DELETE", path: `/images/${reference}` }, signal);
    this.api.close();
    await removeCgroups();
  }

  /** Starts a sandbox whose process sleeps; returns it as it is read back. */
  async sandbox(config: Partial<PodSandboxConfig> = {}): Promise<PodSandbox> {
    const { engine, limits } = this;
    this.#count += 1;
    const metadata = { ...examplePod.metadata, namespace: own, attempt: this.#count };
    const cgroupParent = engine.cgroupDriver === "systemd" ? "" : `/${own}`;
    const wanted = { ...examplePod, metadata, cgroupParent, ...config };
    const seccompProfile = undefined;
    const input = { config: wanted, image: this.#image.id, runtime: "", engine, limits };
    const { name, body } = sandboxCreate({ ...input, seccompProfile });
    const id = await this.#create({ name, body: { ...body, Entrypoint: ["sleep", "1000"] } });
    await this.#start(id);
    const context = { runtimeHandler: "", podLogsFolder: "/var/log/pods" };
    const sandbox = readSandbox(await this.inspect(id), context);
    if (sandbox === undefined) throw new Error(`${name} was not read back as a sandbox`);
    return sandbox;
  }

  /** Runs a shell script to its end in a sandbox; its stdout is what is said. */
  async run(sandbox: PodSandbox, script: string, change: Change = {}): Promise<Outcome> {
    const folder = await mkdtemp(join(tmpdir(), `${own}-`));
    try {
      await chmod(folder, 0o777);
      const command = ["sh", "-c", `(${script}) >/out/said 2>&1`];
      const mounts = [...(change.config?.mounts ?? []), outMount(folder)];
      const id = await this.start(sandbox, {
        config: { command, ...change.config, mounts },
        input: change.input ?? {},
      });
      await this.api.call({ method: "POST", path: `/containers/${id}/wait` }, signal);
      const inspect = await this.inspect(id);
      await this.#remove(id);
      const said = await readFile(join(folder, "said"), "utf8").catch(() => "");
      return { facts: containerFacts(inspect), inspect, said };
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  /** Creates and starts a container; a start that docker refuses is no error here. Returns its id. */
  async start(sandbox: PodSandbox, change: Change): Promise<string> {
    const id = await this.make(sandbox, change);
    await this.#start(id).catch(() => undefined);
    return id;
  }

  /** Creates a container; returns its id. */
  async make(sandbox: PodSandbox, change: Change): Promise<string> {
    return await this.#create(containerCreate(await this.#input(sandbox, change)).create);
  }

  async #create({ name, body }: DockerCreate): Promise<string> {
    const path = "/containers/create";
    const answer = await this.api.call({ method: "POST", path, query: { name }, body }, signal);
    const { Id } = answer as { readonly Id: string };
    this.#made.add(Id);
    return Id;
  }

  async inspect(id: string): Promise<DockerContainerInspect> {
    const request = { method: "GET", path: `/containers/${id}/json` } as const;
    return (await this.api.call(request, signal)) as DockerContainerInspect;
  }

  async #input(sandbox: PodSandbox, { config, input }: Change): Promise<ContainerCreateInput> {
    this.#count += 1;
    const metadata = { name: "c", attempt: this.#count };
    const { engine, limits } = this;
    const hostDevices = hostDevicePaths(await readdir("/dev", { withFileTypes: true }));
    const rest = { sandbox, engine, limits, hostDevices, image: this.#image, ...input };
    return exampleInput({ metadata, ...config }, rest);
  }

  async #start(id: string): Promise<void> {
    await this.api.call({ method: "POST", path: `/containers/${id}/start` }, signal);
  }

  async #remove(id: string): Promise<void> {
    const query = { force: true, v: true };
    await this.api.call({ method: "DELETE", path: `/containers/${id}`, query }, signal);
    this.#made.delete(id);
  }
}

/** Docker leaves a parent that it made: one in each hierarchy of v1, one in all on v2. */
async function removeCgroups(): Promise<void> {
  const root = "/sys/fs/cgroup";
  const hierarchies = ["", ...(await readdir(root))];
  await Promise.allSettled(hierarchies.map((name) => rmdir(join(root, name, own))));
}

/** Returns a mount with nothing but the two paths. */
export function plainMount(hostPath: string, containerPath: string): Mount {
  return {
    containerPath,
    hostPath,
    readonly: false,
    recursiveReadOnly: false,
    selinuxRelabel: false,
    propagation: "PRIVATE",
    uidMappings: [],
    gidMappings: [],
    image: undefined,
    imageSubPath: "",
    mountOptions: [],
  };
}

function outMount(folder: string): Mount {
  return plainMount(folder, "/out");
}
