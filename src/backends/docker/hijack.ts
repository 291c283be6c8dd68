import { request as httpRequest } from "node:http";
import { Socket } from "node:net";
import { errnoOf } from "../../model/error.ts";
import type { DockerRequest } from "./docker-request.ts";
import { type Answer, withQuery } from "./transport.ts";

interface Chunk {
  readonly chunk: Buffer;
  readonly encoding: BufferEncoding;
}

/**
 * Carries a process's streams. When the process ends docker closes the connection, read to its end or not: a write that runs then
 * fails (EPIPE), and so does the read after the last byte (ECONNRESET, where docker had not read all of ours). Node would drop the
 * output that still lies in between. Here what cannot be written any more is dropped, and a reset is an end.
 */
class ProcessSocket extends Socket {
  override _write(chunk: Buffer, encoding: BufferEncoding, done: () => void): void {
    super._write(chunk, encoding, () => done());
  }

  override _writev(chunks: Chunk[], done: () => void): void {
    super._writev?.(chunks, () => done());
  }

  override destroy(error?: Error): this {
    if (errnoOf(error) !== "ECONNRESET" || this.readableEnded) return super.destroy(error);
    this.push(null);
    return this;
  }
}

/**
 * Asks the engine at a socket to turn the connection of this request into a raw one; the path has its version in front. Returns
 * the connection, or the answer when docker refuses. Throws what Node throws.
 */
export function hijackConnection(
  socketPath: string,
  { request, path }: { readonly request: DockerRequest; readonly path: string },
  signal: AbortSignal,
): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const body = request.body === undefined ? "" : JSON.stringify(request.body);
  const headers = {
    host: "docker",
    connection: "Upgrade",
    upgrade: "tcp",
    // Said even of none: docker takes what follows the head for the process's input.
    "content-length": Buffer.byteLength(body),
    ...(body !== "" && { "content-type": "application/json" }),
  };
  const call = httpRequest({
    method: request.method,
    path: withQuery(path, request),
    headers,
    signal,
    createConnection: () => new ProcessSocket().connect(socketPath),
  });
  call.once("upgrade", (_answer, connection, head) => {
    // Whoever reads it sees its end all the same.
    connection.on("error", () => undefined);
    if (head.length > 0) connection.unshift(head);
    resolve(connection);
  });
  call.once("response", resolve);
  call.on("error", reject);
  call.end(body);
  return promise;
}
