import { join } from "node:path";
import { connectDocker } from "../../src/backends/docker/client.ts";
import { command } from "../harness/command.ts";
import { eventually } from "../harness/eventually.ts";
import { unmountBelow } from "../harness/mounts.ts";
import { killByArgument, processes } from "../harness/processes.ts";
import { ServerProcess } from "../harness/server-process.ts";

export interface DockerdOptions {
  /** Its data, its socket and its log lie here. */
  readonly folder: string;
  /** Whether containers go on without it. Default true. */
  readonly liveRestore?: boolean;
}

/** The engine of one fault test, which may stop, hang, kill and restart it. */
export class Dockerd implements AsyncDisposable {
  readonly endpoint: string;
  readonly #folder: string;
  #liveRestore: boolean;
  #server: ServerProcess | undefined;

  constructor({ folder, liveRestore = true }: DockerdOptions) {
    this.#folder = folder;
    this.#liveRestore = liveRestore;
    this.endpoint = `unix://${join(folder, "docker.sock")}`;
  }

  /** Its process while it runs. */
  get pid(): number {
    return this.#server?.pid ?? 0;
  }

  /** Starts it and waits until it answers. */
  async start(): Promise<void> {
    const { endpoint } = this;
    const folder = this.#folder;
    const data = ["--data-root", join(folder, "data"), "--exec-root", join(folder, "exec")];
    const place = ["--pidfile", join(folder, "dockerd.pid"), "--host", endpoint];
    const network = ["--bridge=none", "--iptables=false"];
    const restore = this.#liveRestore ? ["--live-restore"] : [];
    const server = new ServerProcess({
      file: "dockerd",
      args: [...data, ...place, ...network, ...restore],
      logFile: join(folder, "dockerd.log"),
    });
    this.#server = server;
    await server.ready(async () => {
      const api = connectDocker(endpoint);
      await api.ping(1_000, new AbortController().signal).finally(() => api.close());
      return true;
    });
  }

  /** Ends it as the service manager does; without live-restore its containers end too. */
  async stop(): Promise<void> {
    await this.#server?.stop(60_000);
  }

  /** Starts it again, from now on with or without live-restore. */
  async restart(changes: { readonly liveRestore?: boolean } = {}): Promise<void> {
    this.#liveRestore = changes.liveRestore ?? this.#liveRestore;
    await this.stop();
    await this.start();
  }

  /** SIGSTOP hangs it, SIGCONT lets it go on, SIGKILL is a crash. */
  async signal(signal: "SIGSTOP" | "SIGCONT" | "SIGKILL"): Promise<void> {
    this.#server?.kill(signal);
    if (signal === "SIGKILL") await this.#server?.stop();
  }

  /** Runs the docker command line against it and returns what it printed. */
  async docker(...args: readonly string[]): Promise<string> {
    return (await command("docker", ["--host", this.endpoint, ...args])).trim();
  }

  /** The ids of all containers that it has, running or not. */
  async containers(...filters: readonly string[]): Promise<readonly string[]> {
    const only = filters.flatMap((filter) => ["--filter", filter]);
    const list = await this.docker("ps", "--all", "--quiet", "--no-trunc", ...only);
    return list.split("\n").filter(Boolean);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.signal("SIGCONT");
    await this.stop();
    // Its containerd outlives it when it was killed, and shims outlive both.
    killByArgument(this.#folder);
    await eventually("all processes of dockerd have ended", () =>
      processes().some(({ command: line }) => line.includes(`${this.#folder}/`)) ? undefined : true,
    );
    await unmountBelow(this.#folder);
  }
}
