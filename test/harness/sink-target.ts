import { createHash } from "node:crypto";
import { once } from "node:events";
import { Duplex, type Readable, type Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { CriError } from "../../src/model/error.ts";
import type { StreamSession, StreamTarget } from "../../src/model/streaming.ts";

/** What a source writes at once, as docker does. */
const pieceBytes = 32 * 1024;

/**
 * Programs that live in memory, so that only the streaming server is measured and tested. `exec` knows:
 * `echo` (stdin → stdout), `sink` (takes stdin, then says how many bytes), `hash` (as sink, with the sha256), `source BYTES`
 * (gives so many), `words OUT ERR` (a word on each), `exit CODE`, `fail TEXT`, `sizes COUNT` (tells so many terminal sizes),
 * `hang` (until its signal). `attach` is `echo`. Port 1 refuses, any other echoes.
 */
export const sinkTarget: StreamTarget = {
  exec: ({ command: [program = "", ...args] }, session, signal) =>
    run(programs[program] ?? unknownProgram, args, session, signal),
  attach: async (_request, session, signal) => {
    await run(echoInput, [], session, signal);
  },
  connect: async (_podSandboxId, port) => {
    if (port === 1) throw new CriError("Unavailable", "connection refused");
    return echo();
  },
};

type Program = (session: StreamSession, args: readonly string[]) => Promise<number>;

function run(
  program: Program,
  args: readonly string[],
  ...[session, signal]: readonly [StreamSession, AbortSignal]
): Promise<number> {
  const { promise, reject, resolve } = Promise.withResolvers<number>();
  signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
  program(session, args).then(resolve, reject);
  return promise;
}

async function echoInput({ stdin, stdout }: StreamSession): Promise<number> {
  if (stdin !== undefined && stdout !== undefined) await pipeline(stdin, stdout);
  return 0;
}

const programs: Readonly<Record<string, Program>> = {
  echo: echoInput,
  hash: async ({ stdin, stdout }) => {
    const hash = createHash("sha256");
    let bytes = 0;
    stdin?.on("data", (chunk: Buffer) => {
      hash.update(chunk);
      bytes += chunk.length;
    });
    await ended(stdin);
    await write(stdout, `${bytes} ${hash.digest("hex")}\n`);
    return 0;
  },
  sink: async ({ stdin, stdout }) => {
    let bytes = 0;
    stdin?.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
    });
    await ended(stdin);
    await write(stdout, String(bytes));
    return 0;
  },
  source: async ({ stdout }, [bytes]) => {
    const piece = Buffer.alloc(pieceBytes);
    for (let left = Number(bytes); left > 0; left -= pieceBytes) {
      if (stdout?.write(piece.subarray(0, left)) === false) await once(stdout, "drain");
    }
    return 0;
  },
  words: async ({ stdout, stderr }, [out = "", err = ""]) => {
    await write(stdout, out);
    await write(stderr, err);
    return 0;
  },
  exit: async (_session, [code]) => Number(code),
  fail: async (_session, [text = ""]) => {
    throw new CriError("FailedPrecondition", text);
  },
  sizes: async ({ stdout, resizes }, [count]) => {
    let left = Number(count);
    for await (const { width, height } of resizes) {
      await write(stdout, `${width}x${height}\n`);
      left -= 1;
      if (left === 0) break;
    }
    return 0;
  },
  hang: () => Promise.withResolvers<number>().promise,
};

const unknownProgram: Program = async () => {
  throw new CriError("NotFound", "no such program");
};

async function ended(stream: Readable | undefined): Promise<void> {
  if (stream?.readableEnded === false) await once(stream, "end");
}

function write(stream: Writable | undefined, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    if (stream === undefined) resolve();
    else stream.write(text, (error) => (error ? reject(error) : resolve()));
  });
}

/** Gives back what is written to it, and its end. */
function echo(): Duplex {
  const waiting: (() => void)[] = [];
  const duplex: Duplex = new Duplex({
    allowHalfOpen: true,
    read: () => {
      for (const go of waiting.splice(0)) go();
    },
    write: (chunk: Buffer, _encoding, done) => {
      if (duplex.push(chunk)) done();
      else waiting.push(() => done());
    },
    final: (done) => {
      duplex.push(null);
      done();
    },
  });
  return duplex;
}
