import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync } from "node:fs";
import { open } from "node:fs/promises";
import { attempt } from "../harness/command.ts";

/** A mount that answers nothing, as one of a server that is gone: whoever looks below it waits until it is disposed of. */
export class DeadMount implements AsyncDisposable {
  readonly path: string;
  readonly #device: Awaited<ReturnType<typeof open>>;

  private constructor(path: string, device: Awaited<ReturnType<typeof open>>) {
    this.path = path;
    this.#device = device;
  }

  /** Mounts a FUSE file system whose server never reads its requests. */
  static async at(path: string): Promise<DeadMount> {
    mkdirSync(path, { recursive: true });
    const device = await open("/dev/fuse", "r+");
    const options = "fd=3,rootmode=40000,user_id=0,group_id=0,allow_other";
    const args = ["-i", "-t", "fuse", "-o", options, "dead", path];
    const mount = spawn("mount", args, { stdio: ["ignore", "inherit", "inherit", device.fd] });
    const [code] = await once(mount, "exit");
    if (code !== 0) throw new Error(`mount of ${path} ended with ${String(code)}`);
    return new DeadMount(path, device);
  }

  /** All who wait get an error. */
  async [Symbol.asyncDispose](): Promise<void> {
    await attempt("umount", ["-f", "-l", this.path]);
    await this.#device.close();
  }
}
