import type { DockerLogConfig } from "./api.ts";
import type { EngineFacts } from "./engine.ts";

const files = 4;
const smallestFile = 1024 * 1024;

/**
 * Returns how docker keeps a container's own log, from the bytes it may take on disk.
 *
 * Docker starts a new file when the current one has reached max-size, and deletes the oldest of max-file: it never holds less than
 * 3/4 of the bytes nor more than all of them (and a line). A reader that lags by up to 3/4 of the buffer loses nothing: 24 MiB
 * of json-file with the default of 32 MiB; a lag of 128 MiB wants a buffer of 171 MiB.
 *
 * A daemon whose default is another driver that can be read back keeps it: the operator collects logs that way.
 */
export function dockerLogConfig(
  bufferBytes: number,
  engine: EngineFacts,
): DockerLogConfig | undefined {
  if (engine.loggingDriver !== "json-file" && engine.loggingDriver !== "none") return undefined;
  const size = Math.max(smallestFile, Math.floor(bufferBytes / files));
  return { Type: "json-file", Config: { "max-size": String(size), "max-file": String(files) } };
}

/** Returns the smallest buffer with which a reader that lags by that many bytes of json-file loses none. */
export function logBufferForLag(lagBytes: number): number {
  return Math.ceil(lagBytes / (files - 1)) * files;
}
