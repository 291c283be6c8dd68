import type { Writable } from "node:stream";

/** Ends a stream; returns when all is sent that was written to it, or never will be. */
export function endWriting(stream: Writable): Promise<void> {
  return new Promise((resolve) => {
    if (stream.writableFinished || stream.destroyed) resolve();
    else stream.once("finish", resolve).once("close", resolve).end();
  });
}
