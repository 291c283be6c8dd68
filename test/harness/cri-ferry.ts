import { mkdir, rm } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { unmountBelow } from "./mounts.ts";
import { ServerProcess } from "./server-process.ts";

export interface CriFerryOptions {
  /** Root, run root, socket and log lie here. */
  readonly folder: string;
  readonly cniConfDir: string;
  readonly sandboxImage: string;
  readonly dockerEndpoint?: string;
  /** Further arguments of `serve`. */
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

const launcher = join(import.meta.dirname, "../../bin/cri-ferry");

/** Our own daemon with folders and a socket of its own. It can be killed and started again over the same state. */
export class CriFerry {
  readonly socket: string;
  readonly #options: CriFerryOptions;
  #process: ServerProcess;

  private constructor(options: CriFerryOptions, process: ServerProcess) {
    this.#options = options;
    this.#process = process;
    this.socket = socketOf(options);
  }

  static async start(options: CriFerryOptions): Promise<CriFerry> {
    await mkdir(options.folder, { recursive: true });
    return new CriFerry(options, await launch(options));
  }

  get pid(): number {
    return this.#process.pid;
  }

  get running(): boolean {
    return this.#process.running;
  }

  logTail(lines?: number): string {
    return this.#process.logTail(lines);
  }

  /** Ends it as the service manager does; pods keep running. */
  async stop(): Promise<void> {
    await this.#process.stop();
  }

  /** Ends it as a crash does. */
  async kill(): Promise<void> {
    this.#process.kill("SIGKILL");
    await this.#process.stop();
  }

  /** Starts it again over the same state; `changes` replace options of the first start. */
  async restart(changes: Partial<CriFerryOptions> = {}): Promise<void> {
    await this.stop();
    this.#process = await launch({ ...this.#options, ...changes });
  }

  /** Ends it and removes its folder; its pods must be gone already. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    await unmountBelow(this.#options.folder);
    await rm(this.#options.folder, { recursive: true, force: true });
  }
}

function socketOf({ folder }: CriFerryOptions): string {
  return join(folder, "cri-ferry.sock");
}

async function launch(options: CriFerryOptions): Promise<ServerProcess> {
  const { folder } = options;
  const settings = {
    socket: socketOf(options),
    root: join(folder, "root"),
    "run-root": join(folder, "run"),
    "cni-conf-dir": options.cniConfDir,
    "cni-cache-dir": join(folder, "cni-cache"),
    "sandbox-image": options.sandboxImage,
    "metrics-address": "",
    "admin-socket": join(folder, "admin.sock"),
    ...(options.dockerEndpoint === undefined ? {} : { "docker-endpoint": options.dockerEndpoint }),
  };
  const process = new ServerProcess({
    file: launcher,
    args: [
      "serve",
      ...Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]),
      ...(options.args ?? []),
    ],
    logFile: join(folder, "cri-ferry.log"),
    ...(options.env === undefined ? {} : { env: options.env }),
  });
  await process.ready(() => answers(socketOf(options)));
  return process;
}

/** Whether something accepts connections there. */
function answers(socket: string): Promise<boolean> {
  return new Promise((resolve) => {
    const connection = connect(socket, () => {
      connection.destroy();
      resolve(true);
    });
    connection.on("error", () => resolve(false));
  });
}
