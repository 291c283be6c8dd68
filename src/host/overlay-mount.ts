import { CriError } from "../model/error.ts";
import { exec } from "./exec.ts";

export interface OverlayMount {
  /** What `lowers` are relative to: the kernel takes one page of options in all. */
  readonly root: string;
  /** The topmost first. */
  readonly lowers: readonly string[];
  readonly upper: string;
  readonly work: string;
  readonly target: string;
}

const timeoutMillis = 30_000;

/** Mounts folders one over the other; what is written goes into `upper`. Throws Internal with mount's words. */
export async function mountOverlay(mount: OverlayMount, signal: AbortSignal): Promise<void> {
  const { root, lowers, upper, work, target } = mount;
  const options = `lowerdir=${lowers.join(":")},upperdir=${upper},workdir=${work}`;
  const args = ["-t", "overlay", "-o", options, "overlay", target];
  const result = await exec("mount", args, { signal, timeoutMillis, cwd: root });
  if (result.exitCode === 0) return;
  const words = result.stderr.toString().trim();
  throw new CriError("Internal", `cannot mount the container's root: ${words}`);
}

/** Mounts a tmpfs of so many bytes that everybody may write to. */
export async function mountShm(target: string, bytes: number, signal: AbortSignal): Promise<void> {
  const options = `nosuid,nodev,noexec,mode=1777,size=${bytes}`;
  const args = ["-t", "tmpfs", "-o", options, "shm", target];
  const result = await exec("mount", args, { signal, timeoutMillis });
  if (result.exitCode === 0) return;
  throw new CriError("Internal", `cannot mount ${target}: ${result.stderr.toString().trim()}`);
}

/** Unmounts what is mounted there; nothing is no error. Busy ones go as soon as nobody uses them. */
export async function unmount(target: string, signal: AbortSignal): Promise<void> {
  const result = await exec("umount", ["--lazy", target], { signal, timeoutMillis });
  const words = result.stderr.toString();
  if (result.exitCode === 0 || /not mounted|no mount point|not found/.test(words)) return;
  throw new CriError("Internal", `cannot unmount ${target}: ${words.trim()}`);
}
