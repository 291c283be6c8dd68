import { constants, open } from "node:fs/promises";
import { CriError, errnoOf } from "../model/error.ts";

/** Writes a few bytes to a pipe that somebody reads. Throws FailedPrecondition when nobody does. */
export async function writeFifo(path: string, text: string, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  try {
    // Without O_NONBLOCK it would wait for a reader, for ever.
    await using pipe = await open(path, constants.O_WRONLY | constants.O_NONBLOCK);
    await pipe.writeFile(text);
  } catch (thrown) {
    if (["ENXIO", "ENOENT"].includes(errnoOf(thrown) ?? ""))
      throw new CriError("FailedPrecondition", `nobody reads ${path}`, { cause: thrown });
    throw CriError.from(thrown, path);
  }
}
