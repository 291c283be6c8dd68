import type { RecordLog } from "../../logs/record-log.ts";
import { CriError } from "../../model/error.ts";
import { engineTimeNanos } from "../../translate/docker/engine-time.ts";
import type { DockerApi } from "./client.ts";
import type { DockerRequest } from "./docker-request.ts";

export interface ApiLogSource {
  readonly containerId: string;
  /** A terminal's output comes without frames. */
  readonly tty: boolean;
  readonly target: Pick<RecordLog, "append" | "lastTimes">;
}

interface Message {
  readonly stream: "stdout" | "stderr";
  /** `TIME TEXT`. */
  readonly bytes: Buffer;
}

/** Docker cuts what a container writes into messages of 16 KiB. */
const maxMessageBytes = 1 << 20;
const headerBytes = 8;

/**
 * Copies one container's log from docker's API, for log drivers that keep no json-file: slower, and dockerd pays for it. Begins
 * at the target's last times, and returns when the container has ended and all is read. Docker waits for a slow disk in
 * buffers of its own: never the container. Throws as `DockerApi.open` does, and what the target throws.
 */
export async function copyApiLog(
  api: DockerApi,
  { containerId, tty, target }: ApiLogSource,
  signal: AbortSignal,
): Promise<void> {
  const after = {
    stdout: engineTimeNanos(target.lastTimes.stdout),
    stderr: engineTimeNanos(target.lastTimes.stderr),
  };
  // Docker's own order is not that of the times: it may have written the older record of one stream after a newer one of the other.
  const since = tty || after.stdout < after.stderr ? after.stdout : after.stderr;
  const stream = await api.open(requestOf(containerId, since), signal);
  for await (const { stream: name, bytes } of tty ? linesOf(stream) : framesOf(stream)) {
    const space = bytes.indexOf(0x20);
    const time = bytes.toString("latin1", 0, Math.max(0, space));
    // What has no time is no message. What stands at the very time comes again, and the target knows how much of it it has:
    // docker gives all pieces of a long line one time.
    const nanos = engineTimeNanos(time);
    if (nanos === 0n || nanos < after[name]) continue;
    await target.append({ time, stream: name, content: bytes.subarray(space + 1) }, signal);
  }
}

function requestOf(containerId: string, nanos: bigint): DockerRequest {
  const since = `${nanos / 1_000_000_000n}.${String(nanos % 1_000_000_000n).padStart(9, "0")}`;
  const query = { follow: 1, stdout: 1, stderr: 1, timestamps: 1, since };
  return { method: "GET", path: `/containers/${containerId}/logs`, query };
}

/** A frame is a message: byte 0 says the stream (2: stderr), bytes 4–7 the length, big endian. */
async function* framesOf(chunks: AsyncIterable<Buffer>): AsyncGenerator<Message, void> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of chunks) {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    while (rest.length >= headerBytes) {
      const end = headerBytes + bounded(rest.readUInt32BE(4));
      if (rest.length < end) break;
      yield {
        stream: rest[0] === 2 ? "stderr" : "stdout",
        bytes: rest.subarray(headerBytes, end),
      };
      rest = rest.subarray(end);
    }
  }
}

/** Of a terminal only the newlines tell where a message ends. */
async function* linesOf(chunks: AsyncIterable<Buffer>): AsyncGenerator<Message, void> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of chunks) {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    for (let end = rest.indexOf(0x0a); end >= 0; end = rest.indexOf(0x0a)) {
      yield { stream: "stdout", bytes: rest.subarray(0, end + 1) };
      rest = rest.subarray(end + 1);
    }
    bounded(rest.length);
  }
  if (rest.length > 0) yield { stream: "stdout", bytes: rest };
}

function bounded(length: number): number {
  if (length <= maxMessageBytes) return length;
  throw new CriError("Internal", `docker sent a log message of ${length} bytes`);
}
