import { mkdtemp, rm } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connectDocker } from "../../src/backends/docker/client.ts";
import { unmountBelow } from "../harness/mounts.ts";
import { killByArgument } from "../harness/processes.ts";
import { ServerProcess } from "../harness/server-process.ts";

/** A dockerd of a test's own, that it may stop, hang and kill. Its containers survive it (live-restore). */
export class OwnDockerd implements AsyncDisposable {
  readonly folder: string;
  readonly endpoint: string;
  #server: ServerProcess | undefined;

  private constructor(folder: string) {
    this.folder = folder;
    this.endpoint = `unix://${folder}/docker.sock`;
  }

  /** Makes its folders; does not start it. */
  static async create(): Promise<OwnDockerd> {
    return new OwnDockerd(await mkdtemp(join(tmpdir(), "cf-dockerd-")));
  }

  /** Starts it and waits until it answers. */
  async start(): Promise<void> {
    const { folder } = this;
    // A killed dockerd takes its containerd along. Where nobody reaps it the number still is a process, and dockerd would wait for it.
    await rm(join(folder, "exec/containerd/containerd.pid"), { force: true });
    const folders = ["--data-root", join(folder, "data"), "--exec-root", join(folder, "exec")];
    const place = ["--pidfile", join(folder, "pid"), "--host", this.endpoint];
    // In a network namespace of its own: without a bridge it would remove docker0, another engine's.
    const network = ["--bridge=none", "--iptables=false"];
    const args = ["--net", "dockerd", ...folders, ...place, ...network, "--live-restore"];
    const logFile = join(folder, "dockerd.log");
    const server = new ServerProcess({ file: "unshare", args, logFile });
    this.#server = server;
    await server.ready(async () => {
      const api = connectDocker(this.endpoint);
      await api.ping(1_000, new AbortController().signal).finally(() => api.close());
      return true;
    });
  }

  kill(signal: NodeJS.Signals): void {
    this.#server?.kill(signal);
  }

  async ended(): Promise<void> {
    await this.#server?.stop();
  }

  /** Copies an image of the engine behind the other socket. */
  async load(image: string, fromSocket: string): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const socketPath = join(this.folder, "docker.sock");
      const path = "/v1.41/images/load?quiet=1";
      const headers = { "content-type": "application/x-tar" };
      const load = request({ socketPath, method: "POST", path, headers }, (answer) => {
        answer.resume().on("end", resolve);
      }).on("error", reject);
      request({ socketPath: fromSocket, path: `/v1.41/images/${image}/get` }, (saved) => {
        saved.pipe(load);
      })
        .on("error", reject)
        .end();
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.kill("SIGCONT");
    await this.ended();
    // Its containerd outlives it when it was killed, and mounts outlive both.
    killByArgument(this.folder);
    await unmountBelow(this.folder);
    await rm(this.folder, { recursive: true, force: true });
  }
}
