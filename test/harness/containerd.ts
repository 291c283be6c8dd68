import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { stringify } from "smol-toml";
import { command } from "./command.ts";
import { unmountBelow } from "./mounts.ts";
import { killByArgument } from "./processes.ts";
import { ServerProcess } from "./server-process.ts";

interface ContainerdOptions {
  /** Root, state, socket and log lie here. */
  readonly folder: string;
  readonly cniConfDir: string;
  readonly sandboxImage: string;
}

/** Debian's containerd with a root, a state and a socket of its own: the peer that proves the conformance suite. */
export class Containerd {
  readonly socket: string;
  readonly #folder: string;
  readonly #process: ServerProcess;

  private constructor(folder: string, socket: string, process: ServerProcess) {
    this.#folder = folder;
    this.socket = socket;
    this.#process = process;
  }

  static async start(options: ContainerdOptions): Promise<Containerd> {
    const { folder } = options;
    const socket = join(folder, "containerd.sock");
    await mkdir(folder, { recursive: true });
    const configFile = join(folder, "config.toml");
    await writeFile(configFile, stringify(configuration(options, socket)));
    const process = new ServerProcess({
      file: "containerd",
      args: ["--config", configFile],
      logFile: join(folder, "containerd.log"),
    });
    const started = new Containerd(folder, socket, process);
    await process.ready(async () => {
      await command("ctr", ["--address", socket, "version"]);
      return true;
    });
    return started;
  }

  get pid(): number {
    return this.#process.pid;
  }

  logTail(): string {
    return this.#process.logTail();
  }

  /** Ends it and whatever a failed test left of it: shims, mounts, files. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#process.stop();
    killByArgument(this.socket);
    await unmountBelow(this.#folder);
    await rm(this.#folder, { recursive: true, force: true });
  }
}

function configuration(options: ContainerdOptions, socket: string): Record<string, unknown> {
  return {
    version: 2,
    root: join(options.folder, "root"),
    state: join(options.folder, "state"),
    grpc: { address: socket },
    plugins: {
      "io.containerd.internal.v1.opt": { path: join(options.folder, "opt") },
      "io.containerd.grpc.v1.cri": {
        sandbox_image: options.sandboxImage,
        // A machine without CAP_SYS_RESOURCE refuses scores below the daemon's own.
        restrict_oom_score_adj: true,
        stream_server_address: "127.0.0.1",
        stream_server_port: "0",
        cni: { bin_dir: "/usr/lib/cni", conf_dir: options.cniConfDir },
        containerd: {
          default_runtime_name: "runc",
          runtimes: { runc: { runtime_type: "io.containerd.runc.v2" } },
        },
      },
    },
  };
}
