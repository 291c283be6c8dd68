import { once } from "node:events";
import { type Duplex, PassThrough, type Readable, type Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { CriError } from "../../../src/model/error.ts";
import type { ExecRequest, StreamSession, StreamTarget } from "../../../src/model/streaming.ts";

/** As much at once as docker gives. */
const chunkBytes = 32 << 10;

/**
 * Commands that are made of memory only, the same as those of the Go server: `sink` tells how many bytes its stdin had, `source N`
 * gives N bytes, `echo` gives what it gets, `stuck` takes nothing. A forwarded port is echo.
 */
export class MemoryTarget implements StreamTarget {
  async exec(request: ExecRequest, session: StreamSession, signal: AbortSignal): Promise<number> {
    const [command, argument] = request.command;
    const { stdin, stdout } = session;
    if (command === "sink") stdout?.write(String(await drain(stdin)));
    else if (command === "source") await give(stdout, Number(argument), signal);
    else if (command === "echo" && stdin !== undefined && stdout !== undefined) {
      await pipeline(stdin, stdout, { end: false });
    } else if (command === "stuck") await once(signal, "abort");
    else throw new CriError("NotFound", `no such command: ${command}`);
    return 0;
  }

  async attach(): Promise<void> {
    throw new CriError("Unimplemented", "nothing is attached to");
  }

  async connect(): Promise<Duplex> {
    return new PassThrough({ allowHalfOpen: true, highWaterMark: chunkBytes });
  }
}

async function drain(stdin: Readable | undefined): Promise<number> {
  let count = 0;
  stdin?.on("data", (chunk: Buffer) => {
    count += chunk.length;
  });
  if (stdin !== undefined) await once(stdin, "end");
  return count;
}

async function give(stdout: Writable | undefined, bytes: number, signal: AbortSignal) {
  const pattern = Buffer.alloc(chunkBytes, "what a command says in a line of its output\n");
  for (let left = bytes; left > 0; left -= chunkBytes) {
    const isFull = stdout?.write(left < chunkBytes ? pattern.subarray(0, left) : pattern) === false;
    if (isFull) await once(stdout, "drain", { signal });
  }
}
