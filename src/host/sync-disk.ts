import { CriError } from "../model/error.ts";
import { exec } from "./exec.ts";

/** A slow disk with much to write. */
const timeoutMillis = 600_000;

/** Puts on the disk whatever was written to the file system that a folder lies on (syncfs(2)); a file for itself would take as many calls as there are files. */
export async function syncDisk(folder: string, signal: AbortSignal): Promise<void> {
  const result = await exec("sync", ["--file-system", folder], { signal, timeoutMillis });
  if (result.exitCode === 0) return;
  throw new CriError("Internal", `sync: ${result.stderr.toString().trim()}`);
}
