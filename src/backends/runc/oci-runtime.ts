import { type ExecResult, exec } from "../../host/exec.ts";
import { CriError } from "../../model/error.ts";
import type { CgroupDriver } from "../../model/runtime.ts";
import type { OciRuntimeSettings } from "./runc-settings.ts";

const timeoutMillis = 60_000;

/** One OCI runtime's command line. */
export class OciRuntime {
  readonly settings: OciRuntimeSettings;
  readonly #cgroupDriver: CgroupDriver;

  constructor(settings: OciRuntimeSettings, cgroupDriver: CgroupDriver) {
    this.settings = settings;
    this.#cgroupDriver = cgroupDriver;
  }

  /** What stands before each command. */
  get globalArguments(): readonly string[] {
    const systemd = this.#cgroupDriver === "systemd" ? ["--systemd-cgroup"] : [];
    return ["--root", this.settings.root, ...systemd];
  }

  /** Starts what was created. Returns the runtime's words when it cannot, undefined when it could. */
  async start(id: string, signal: AbortSignal): Promise<string | undefined> {
    const result = await this.#run(["start", id], signal);
    return result.exitCode === 0 ? undefined : wordsOf(result);
  }

  /** Removes what is left of a container, killing what runs. Gone already: no error. */
  async delete(id: string, signal: AbortSignal): Promise<void> {
    const result = await this.#run(["delete", "--force", id], signal);
    if (result.exitCode === 0 || /does not exist/.test(wordsOf(result))) return;
    throw new CriError("Internal", `${this.settings.path} delete: ${wordsOf(result)}`);
  }

  /** Changes limits; the resources are those of config.json. Throws FailedPrecondition with the runtime's words. */
  async update(id: string, resources: object, signal: AbortSignal): Promise<void> {
    const input = JSON.stringify(resources);
    const args = [...this.globalArguments, "update", "--resources", "-", id];
    const result = await exec(this.settings.path, args, { signal, timeoutMillis, input });
    if (result.exitCode === 0) return;
    throw new CriError("FailedPrecondition", `resources: ${wordsOf(result)}`);
  }

  #run(args: readonly string[], signal: AbortSignal): Promise<ExecResult> {
    return exec(this.settings.path, [...this.globalArguments, ...args], { signal, timeoutMillis });
  }
}

/** runc writes its error as a line of a log, `time="…" level=error msg="…"`. */
export function wordsOf({ stderr }: Pick<ExecResult, "stderr">): string {
  const text = stderr.toString().trim();
  const [, message] = /level=error msg="((?:[^"\\]|\\.)*)"/.exec(text) ?? [];
  return (message?.replaceAll(/\\(.)/g, "$1") ?? text).slice(0, 1_000);
}
