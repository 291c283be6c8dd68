import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { exec } from "../../src/host/exec.ts";
import type { BenchPod, PodMaker } from "./endpoint.ts";
import type { PlainDocker } from "./plain-docker.ts";

interface FloorOptions {
  readonly docker: PlainDocker;
  readonly confDir: string;
  readonly cgroupParent: string;
  readonly image: string;
  readonly pauseImage: string;
}

interface Conflist {
  readonly cniVersion: string;
  readonly name: string;
  readonly plugins: readonly { readonly type: string }[];
}

const pluginFolder = "/usr/lib/cni";

/** The least that a pod on docker can cost: bare API calls, and the plugins run one after another. No state, no checks. */
export class DockerFloor implements PodMaker {
  readonly name = "docker floor";
  readonly #options: FloorOptions;
  readonly #networkOf = new Map<string, string>();

  constructor(options: FloorOptions) {
    this.#options = options;
  }

  async startPod(name: string, command: readonly string[]): Promise<BenchPod> {
    const { docker, cgroupParent, image, pauseImage } = this.#options;
    const sandboxId = await this.#create(`floor-${name}`, {
      Image: pauseImage,
      NetworkDisabled: true,
      HostConfig: { NetworkMode: "none", IpcMode: "shareable", CgroupParent: cgroupParent },
    });
    await docker.call("POST", `/containers/${sandboxId}/start`);
    const inspect = (await docker.call("GET", `/containers/${sandboxId}/json`)) as {
      readonly State: { readonly Pid: number };
    };
    const netns = `/proc/${inspect.State.Pid}/ns/net`;
    this.#networkOf.set(sandboxId, netns);
    await this.#plugins("ADD", sandboxId, netns);
    const joined = `container:${sandboxId}`;
    const containerId = await this.#create(`floor-${name}-main`, {
      Image: image,
      Cmd: command,
      HostConfig: { NetworkMode: joined, IpcMode: joined, CgroupParent: cgroupParent },
    });
    await docker.call("POST", `/containers/${containerId}/start`);
    return { sandboxId, containerId };
  }

  async stopPod({ sandboxId, containerId }: BenchPod): Promise<void> {
    const { docker } = this.#options;
    await docker.call("POST", `/containers/${containerId}/kill`);
    await docker.call("POST", `/containers/${containerId}/wait`);
    await this.#plugins("DEL", sandboxId, this.#networkOf.get(sandboxId) ?? "");
    await docker.call("POST", `/containers/${sandboxId}/kill`);
    await docker.call("POST", `/containers/${sandboxId}/wait`);
  }

  async removePod({ sandboxId, containerId }: BenchPod): Promise<void> {
    const { docker } = this.#options;
    await docker.call("DELETE", `/containers/${containerId}`);
    await docker.call("DELETE", `/containers/${sandboxId}`);
  }

  async #create(name: string, body: object): Promise<string> {
    const answer = await this.#options.docker.call("POST", `/containers/create?name=${name}`, body);
    return (answer as { readonly Id: string }).Id;
  }

  async #plugins(command: "ADD" | "DEL", id: string, netns: string): Promise<void> {
    const { cniVersion, name, plugins } = await this.#conflist();
    let prevResult: unknown;
    for (const plugin of command === "ADD" ? plugins : plugins.toReversed()) {
      const input = JSON.stringify({ ...plugin, cniVersion, name, prevResult });
      const { exitCode, stdout } = await exec(join(pluginFolder, plugin.type), [], {
        signal: new AbortController().signal,
        timeoutMillis: 60_000,
        input,
        env: {
          CNI_COMMAND: command,
          CNI_CONTAINERID: id,
          CNI_NETNS: netns,
          CNI_IFNAME: "eth0",
          CNI_PATH: pluginFolder,
        },
      });
      if (exitCode !== 0) throw new Error(`${plugin.type} ${command}: ${stdout.toString()}`);
      if (command === "ADD") prevResult = JSON.parse(stdout.toString());
    }
  }

  async #conflist(): Promise<Conflist> {
    const [file = ""] = await readdir(this.#options.confDir);
    return JSON.parse(await readFile(join(this.#options.confDir, file), "utf8")) as Conflist;
  }
}
