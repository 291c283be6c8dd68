import { once } from "node:events";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import type { IncomingMessage } from "node:http";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { CriClient } from "../../src/client/cri-client.ts";
import { openSpdy, readAll } from "../fakes/streaming-node.ts";
import { busyboxTree, pauseEntrypoint, pauseTree } from "../harness/busybox-tree.ts";
import { CniNetwork } from "../harness/cni-network.ts";
import { attempt, command } from "../harness/command.ts";
import { CriFerry } from "../harness/cri-ferry.ts";
import { freePort } from "../harness/free-port.ts";
import { Registry } from "../harness/registry.ts";

/** Where metrics are, and what a scraper needs to read them. */
interface MetricsAccess {
  readonly address: string;
  readonly caFile: string;
  readonly tokenFile: string;
  readonly token: string;
}

/** A pod of a test with its one container. */
interface RunningPod {
  readonly id: string;
  readonly containerId: string;
}

const options = { timeoutMillis: 60_000 };
const environment = { Env: ["PATH=/bin"] };

/** Writes lines, some of them with what JSON must escape. */
const talk = 'while :; do echo plain; printf "tab\\tquote\\"\\n"; sleep 0.2; done';

/** The daemon on the machine's docker, metrics by TLS with a token, and pods that do all that there is to count. */
export class ObservedNode implements AsyncDisposable {
  readonly access: MetricsAccess;
  readonly client: CriClient;
  readonly folder: string;
  readonly adminSocket: string;
  readonly #image: string;
  readonly #life: AsyncDisposable;
  #rounds = 0;

  private constructor(parts: Parts, life: AsyncDisposable) {
    this.access = parts.access;
    this.client = parts.client;
    this.folder = parts.folder;
    this.adminSocket = join(parts.folder, "ferry", "admin.sock");
    this.#image = parts.image;
    this.#life = life;
  }

  static async start(): Promise<ObservedNode> {
    await using stack = new AsyncDisposableStack();
    const parts = await startParts(stack);
    const life = stack.move();
    return new ObservedNode(parts, { [Symbol.asyncDispose]: () => life.disposeAsync() });
  }

  /** A pod with a container that writes a few lines a second. */
  async run(name: string, script = talk): Promise<RunningPod> {
    const config = {
      metadata: { name, uid: `uid-${name}`, namespace: "observed", attempt: 0 },
      logDirectory: join(this.folder, "logs", name),
      linux: { securityContext: {} },
    };
    await mkdir(config.logDirectory, { recursive: true });
    await this.pull(this.#image);
    const { podSandboxId: id } = await this.client.runtime("RunPodSandbox", { config }, options);
    const container = {
      metadata: { name: "box", attempt: 0 },
      image: { image: this.#image },
      command: ["sh", "-c", script],
      logPath: "0.log",
      linux: { securityContext: {} },
    };
    const create = { podSandboxId: id, config: container, sandboxConfig: config };
    const { containerId } = await this.client.runtime("CreateContainer", create, options);
    await this.client.runtime("StartContainer", { containerId }, options);
    return { id, containerId };
  }

  async remove({ id, containerId }: RunningPod): Promise<void> {
    await this.client.runtime("StopContainer", { containerId, timeout: 0 }, options);
    await this.client.runtime("StopPodSandbox", { podSandboxId: id }, options);
    await this.client.runtime("RemovePodSandbox", { podSandboxId: id }, options);
  }

  /** The life of a pod, two pulls of which one fails, an exec, and a question about something that is not there. */
  async round(): Promise<void> {
    this.#rounds += 1;
    await this.pull(`${this.#image}-missing`).catch(() => undefined);
    const pod = await this.run(`round-${this.#rounds}`, "echo begun; sleep 0.3; exit 3");
    const exec = { containerId: pod.containerId, cmd: ["true"], timeout: 10 };
    await this.client.runtime("ExecSync", exec, options).catch(() => undefined);
    const unknown = { containerId: "f".repeat(64) };
    await this.client.runtime("ContainerStatus", unknown, options).catch(() => undefined);
    await this.client.runtime("ListContainers", {}, options);
    await this.remove(pod);
  }

  /** What `kubectl exec` does; returns what the command wrote. */
  async stream({ containerId }: RunningPod, ...cmd: readonly string[]): Promise<string> {
    const request = { containerId, cmd: [...cmd], stdout: true };
    const { url } = await this.client.runtime("Exec", request, options);
    const { connection, streams, closed } = await openSpdy(url, ["error", "stdout"]);
    const written = await readAll(streams["stdout"]);
    connection.end();
    await closed;
    return written;
  }

  async pull(image: string): Promise<void> {
    await this.client.image("PullImage", { image: { image } }, options);
  }

  /** A page as a client without preferences gets it; throws for any status but 200. */
  async page(path: string, token = this.access.token): Promise<string> {
    const { address, caFile } = this.access;
    const headers = { authorization: `Bearer ${token}` };
    const tls = { ca: await readFile(caFile), agent: false };
    const asked = request(`https://${address}${path}`, { headers, ...tls }).end();
    const [answer] = (await once(asked, "response")) as [IncomingMessage];
    const body = await text(answer);
    if (answer.statusCode !== 200) throw new Error(`${path}: ${answer.statusCode} ${body}`);
    return body;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#life[Symbol.asyncDispose]();
  }
}

interface Parts {
  readonly access: MetricsAccess;
  readonly client: CriClient;
  readonly folder: string;
  readonly image: string;
}

async function startParts(stack: AsyncDisposableStack): Promise<Parts> {
  const folder = await mkdtemp(join(tmpdir(), "cf-observed-"));
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  const registry = stack.use(await Registry.start(join(folder, "registry")));
  const busybox = await registry.push({
    name: "observed/busybox",
    tags: ["1"],
    layers: [await busyboxTree()],
    config: { Cmd: ["sh"], ...environment },
  });
  const pause = await registry.push({
    name: "observed/pause",
    tags: ["1"],
    layers: [pauseTree()],
    config: { Entrypoint: pauseEntrypoint, ...environment },
  });
  for (const image of [busybox.reference, pause.reference])
    stack.defer(async () => void (await attempt("docker", ["rmi", "--force", image])));
  const network = stack.use(
    await CniNetwork.create({ folder, bridge: "cf-observed", subnet: "10.87.0.0/16" }),
  );
  const access = await prepareAccess(folder);
  const { address, caFile, tokenFile } = access;
  const tls = ["--metrics-tls-cert", caFile, "--metrics-tls-key", join(folder, "tls.key")];
  const ferry = stack.use(
    await CriFerry.start({
      folder: join(folder, "ferry"),
      cniConfDir: network.confDir,
      sandboxImage: pause.reference,
      args: ["--metrics-address", address, "--metrics-token-file", tokenFile, ...tls],
    }),
  );
  const client = stack.use(new CriClient(ferry.socket));
  stack.defer(() => removePods(client));
  return { access, client, folder, image: busybox.reference };
}

/** What a failed test left. */
async function removePods(client: CriClient): Promise<void> {
  const { items } = await client.runtime("ListPodSandbox", {}, options);
  for (const { id: podSandboxId } of items)
    await client.runtime("RemovePodSandbox", { podSandboxId }, options);
}

async function prepareAccess(folder: string): Promise<MetricsAccess> {
  const files = { caFile: join(folder, "tls.crt"), tokenFile: join(folder, "token") };
  const words = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2";
  const subject = ["-subj", "/CN=node", "-addext", "subjectAltName=IP:127.0.0.1"];
  const output = ["-out", files.caFile, "-keyout", join(folder, "tls.key")];
  await command("openssl", [...words.split(" "), ...subject, ...output]);
  const token = "observed-token";
  await writeFile(files.tokenFile, `${token}\n`, { mode: 0o600 });
  return { ...files, token, address: `127.0.0.1:${await freePort()}` };
}
