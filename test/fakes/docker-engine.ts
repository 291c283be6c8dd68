import type { Duplex } from "node:stream";
import { Readable } from "node:stream";
import type { DockerApi, EngineVersion } from "../../src/backends/docker/client.ts";
import type { DockerRequest } from "../../src/backends/docker/docker-request.ts";
import { errorOfAnswer } from "../../src/backends/docker/errors.ts";
import { CriError } from "../../src/model/error.ts";
import type {
  DockerContainerInspect,
  DockerCreateBody,
  DockerEvent,
  DockerInfo,
  DockerState,
} from "../../src/translate/docker/api.ts";

const zeroTime = "0001-01-01T00:00:00Z";

/**
 * A docker engine in memory, for tests: containers with the life that dockerd gives them, events, and a hook before and after
 * each call that may throw, wait or change things.
 */
export class FakeDocker implements DockerApi {
  readonly endpoint = "unix:///fake/docker.sock";
  /** Every call, as `POST /containers/create`. */
  readonly calls: string[] = [];
  readonly containers = new Map<string, DockerContainerInspect>();
  before: (call: string) => void | Promise<void> = () => undefined;
  after: (call: string) => void | Promise<void> = () => undefined;
  /** Where it keeps files of containers. */
  folder = "/nonexistent";
  info: DockerInfo = { ServerVersion: "20.10.24", CgroupDriver: "cgroupfs" };
  #streams = new Set<Readable>();
  #made = 0;
  #nanos = 1_700_000_000_000_000_000n;

  version(): EngineVersion {
    return { apiVersion: "1.41", said: { Version: "20.10.24", ApiVersion: "1.41" } };
  }

  async negotiate(): Promise<EngineVersion> {
    await this.#hooked("GET /version", () => undefined);
    return this.version();
  }

  async ping(): Promise<void> {
    await this.#hooked("GET /_ping", () => undefined);
  }

  async call(request: DockerRequest, signal: AbortSignal): Promise<unknown> {
    signal.throwIfAborted();
    const call = `${request.method} ${request.path}`;
    return await this.#hooked(call, () => this.#answer(request));
  }

  async open(request: DockerRequest, signal: AbortSignal): Promise<Readable> {
    const stream = new Readable({ read: () => undefined, signal });
    await this.#hooked(`${request.method} ${request.path}`, () => this.#streams.add(stream));
    stream.on("error", () => undefined);
    return stream;
  }

  hijack(): Promise<Duplex> {
    return Promise.reject(new CriError("Unimplemented", "not in this fake"));
  }

  close(): void {
    this.disconnect();
  }

  /** Ends all event streams, as a dying engine does. */
  disconnect(): void {
    for (const stream of this.#streams) stream.push(null);
    this.#streams.clear();
  }

  /** Tells an event of a container; with no time given it is the fake's newest. */
  tell(action: string, id: string, timeNano: bigint = this.now()): void {
    const container = this.containers.get(id);
    const event: Record<string, unknown> = {
      Type: "container",
      Action: action,
      Actor: {
        ID: id,
        Attributes: {
          ...container?.Config.Labels,
          "io.kubernetes.docker.type": "any",
          name: container?.Name.slice(1) ?? "",
        },
      },
    } satisfies DockerEvent;
    // The number is beyond what JSON.stringify could write of a bigint.
    const text = `${JSON.stringify(event).slice(0, -1)},"timeNano":${timeNano}}\n`;
    for (const stream of this.#streams) stream.push(text);
  }

  /** The fake's wall time; it moves by a millisecond at each look. */
  now(): bigint {
    this.#nanos += 1_000_000n;
    return this.#nanos;
  }

  /** Puts a container there without a call or an event. */
  put(name: string, body: DockerCreateBody): string {
    this.#made += 1;
    const id = this.#made.toString(16).padStart(64, "0");
    const { HostConfig, ...Config } = body;
    this.containers.set(id, {
      Id: id,
      Name: `/${name}`,
      Created: this.#time(),
      Image: "sha256:00",
      LogPath: "",
      ResolvConfPath: body.NetworkDisabled === true ? "" : `${this.folder}/resolv.conf`,
      State: { Status: "created", Pid: 0, StartedAt: zeroTime, FinishedAt: zeroTime },
      Config,
      HostConfig,
    });
    return id;
  }

  /** Makes a container run, or end with a code, without an event. */
  set(id: string, state: Partial<DockerState>): void {
    const container = this.containers.get(id);
    if (container === undefined) throw new Error(`no container ${id}`);
    this.containers.set(id, { ...container, State: { ...container.State, ...state } });
  }

  run(id: string): void {
    this.set(id, {
      Status: "running",
      Running: true,
      Pid: 4000 + this.#made,
      StartedAt: this.#time(),
    });
  }

  end(id: string, exitCode: number): void {
    const state = { Status: "exited", Running: false, Pid: 0, ExitCode: exitCode };
    this.set(id, { ...state, FinishedAt: this.#time() });
  }

  async #hooked(call: string, work: () => unknown): Promise<unknown> {
    this.calls.push(call);
    await this.before(call);
    const answer = work();
    await this.after(call);
    return answer;
  }

  #answer(request: DockerRequest): unknown {
    if (request.path === "/info") return this.info;
    if (request.path === "/containers/json") return [...this.containers.values()].map(listed);
    if (request.path === "/containers/create") return this.#create(request);
    const [, id = "", verb = ""] = /^\/containers\/([^/]+)\/?(.*)$/.exec(request.path) ?? [];
    const container = this.#find(id);
    if (request.method === "DELETE") return this.#remove(container);
    if (verb === "json") return container;
    if (verb === "start") return this.#start(container);
    if (verb === "kill") return this.#kill(container, request.query?.["signal"]);
    return undefined;
  }

  #create(request: DockerRequest): unknown {
    const given = request.query?.["name"];
    const name = typeof given === "string" ? given : "";
    const taken = [...this.containers.values()].some((container) => container.Name === `/${name}`);
    if (taken) throw answered(409, `the name ${name} is taken`);
    const id = this.put(name, request.body as DockerCreateBody);
    this.tell("create", id);
    return { Id: id };
  }

  #start({ Id }: DockerContainerInspect): void {
    this.run(Id);
    this.tell("start", Id);
  }

  #kill({ Id, State }: DockerContainerInspect, signal: unknown): void {
    if (State.Running !== true) throw answered(409, `container ${Id} is not running`);
    if (signal !== "SIGKILL" && signal !== "SIGTERM") return;
    this.end(Id, signal === "SIGKILL" ? 137 : 143);
    this.tell("die", Id);
  }

  #remove({ Id }: DockerContainerInspect): void {
    this.tell("destroy", Id);
    this.containers.delete(Id);
  }

  #find(idOrName: string): DockerContainerInspect {
    const byName = [...this.containers.values()].find(({ Name }) => Name === `/${idOrName}`);
    const container = this.containers.get(idOrName) ?? byName;
    if (container === undefined) throw answered(404, `No such container: ${idOrName}`);
    return container;
  }

  #time(): string {
    return new Date(Number(this.now() / 1_000_000n)).toISOString();
  }
}

function answered(status: number, message: string): CriError {
  return errorOfAnswer(status, JSON.stringify({ message }));
}

function listed(container: DockerContainerInspect): unknown {
  return {
    Id: container.Id,
    Names: [container.Name],
    Created: Date.parse(container.Created) / 1000,
    Labels: container.Config.Labels ?? {},
    State: container.State.Status,
  };
}
