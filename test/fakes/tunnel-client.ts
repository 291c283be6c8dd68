import { request } from "node:http";
import { Duplex } from "node:stream";
import { messageHead } from "../../src/streaming/websocket/message-head.ts";

/** Opens a WebSocket whose protocol has a "/", which ws refuses on both sides; returns what is in its messages, as a socket. */
export async function openTunnel(
  url: string,
  protocol: string,
  key = "AAAAAAAAAAAAAAAAAAAAAA==",
): Promise<Duplex> {
  const { promise, resolve, reject } = Promise.withResolvers<Duplex>();
  const headers = {
    connection: "Upgrade",
    upgrade: "websocket",
    "sec-websocket-key": key,
    "sec-websocket-version": "13",
    "sec-websocket-protocol": protocol,
  };
  request(url, { headers, agent: false })
    .on("upgrade", (answer, socket, head) => {
      if (answer.headers["sec-websocket-protocol"] !== protocol) reject(new Error("protocol"));
      if (head.length > 0) socket.unshift(head);
      resolve(tunnelOn(socket));
    })
    .on("response", ({ statusCode }) => reject(new Error(`status ${statusCode}`)))
    .on("error", reject)
    .end();
  return await promise;
}

function tunnelOn(socket: Duplex): Duplex {
  let received = Buffer.alloc(0);
  const tunnel = new Duplex({
    read: () => undefined,
    write: (chunk: Buffer, _encoding, done) => {
      // A mask of zeros changes nothing.
      const head = messageHead(2, chunk.length);
      head[1] = (head[1] ?? 0) | 0x80;
      socket.write(Buffer.concat([head, Buffer.alloc(4), chunk]), done);
    },
    destroy: (_error, done) => {
      socket.destroy();
      done(null);
    },
  });
  socket.on("data", (chunk: Buffer) => {
    received = Buffer.concat([received, chunk]);
    for (let frame = frameIn(received); frame !== undefined; frame = frameIn(received)) {
      received = received.subarray(frame.end);
      if (frame.kind === 2) tunnel.push(frame.bytes);
      if (frame.kind === 8) tunnel.push(null);
    }
  });
  socket.on("close", () => tunnel.destroy()).on("error", () => undefined);
  return tunnel;
}

function frameIn(bytes: Buffer) {
  if (bytes.length < 2) return undefined;
  const short = (bytes[1] ?? 0) & 127;
  const start = short === 126 ? 4 : short === 127 ? 10 : 2;
  if (bytes.length < start) return undefined;
  const long = (): number =>
    short === 126 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2));
  const end = start + (start === 2 ? short : long());
  if (bytes.length < end) return undefined;
  return { kind: (bytes[0] ?? 0) & 15, bytes: Buffer.from(bytes.subarray(start, end)), end };
}
