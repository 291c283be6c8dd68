import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readlinkSync } from "node:fs";
import type { NetnsPlace } from "../../src/host/netns-dialer.ts";
import { eventually } from "./eventually.ts";

interface Serving {
  readonly host?: string;
  readonly isTheirs?: () => Promise<boolean>;
}

/** A server in a network namespace of its own: listens on port 700 and does this with each `socket`. */
export class NetnsServer implements AsyncDisposable {
  readonly #holder: ChildProcess;
  readonly place: NetnsPlace;

  private constructor(serve: string, { host = "127.0.0.1", isTheirs = async () => true }: Serving) {
    const server = `net.createServer({ allowHalfOpen: true }, (socket) => { ${serve} })`;
    const code = `${server}.listen({ port: 700, host: "${host}", backlog: 100 })`;
    const command = 'ip link set lo up; exec "$@"';
    const args = ["--net", "sh", "-c", command, "sh", process.execPath, "--eval", code];
    this.#holder = spawn("unshare", args, { detached: true, stdio: "inherit" });
    const { pid = 0 } = this.#holder;
    this.place = { path: `/proc/${pid}/ns/net`, owner: `${pid}`, isTheirs };
  }

  /** Returns once the namespace is there: until then the path leads to ours. */
  static async start(serve: string, serving: Serving = {}): Promise<NetnsServer> {
    const netns = new NetnsServer(serve, serving);
    const own = readlinkSync("/proc/self/ns/net");
    await eventually("a namespace", () =>
      readlinkSync(netns.place.path) === own ? undefined : true,
    );
    return netns;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    process.kill(-(this.#holder.pid ?? 0), "SIGKILL");
    await once(this.#holder, "exit");
  }
}
