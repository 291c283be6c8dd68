import { connect, type Socket } from "node:net";
import { CriError, errnoOf, messageOf } from "../model/error.ts";

/** A listener may be too busy to answer; nobody else is asked over loopback. */
const timeoutMillis = 10_000;

export interface DialOptions {
  /** Leaves what the other side says first in the kernel, for a process that the socket is handed to. Default false. */
  readonly paused?: boolean;
}

/**
 * Connects to a port of localhost in the network that this process is in, IPv4 then IPv6; either side may end its half. Throws
 * Unavailable when nothing listens on either, DeadlineExceeded when nothing answers within 10 s, Cancelled.
 */
export async function dialLocalhost(
  port: number,
  signal: AbortSignal,
  { paused = false }: DialOptions = {},
): Promise<Socket> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(timeoutMillis)]);
  const dial = (host: string) => connected({ host, port, paused }, limit);
  try {
    return await dial("127.0.0.1").catch(async (first: unknown) => {
      if (limit.aborted) throw first;
      // What IPv4 says is of more use than that there is no IPv6 either.
      return await dial("::1").catch((second: unknown) => {
        throw limit.aborted ? second : first;
      });
    });
  } catch (thrown) {
    const what = `port ${port} of localhost`;
    if (limit.aborted) throw CriError.from(limit.reason, what);
    const why = errnoOf(thrown) === "ECONNREFUSED" ? "connection refused" : messageOf(thrown);
    throw new CriError("Unavailable", `${what}: ${why}`, { cause: thrown });
  }
}

interface Place {
  readonly host: string;
  readonly port: number;
  readonly paused: boolean;
}

function connected({ host, port, paused }: Place, signal: AbortSignal): Promise<Socket> {
  const { promise, resolve, reject } = Promise.withResolvers<Socket>();
  const socket = connect({ host, port, allowHalfOpen: true });
  if (paused) socket.pause();
  const leave = (): void => void socket.destroy(signal.reason as Error);
  // It stays: afterwards whoever reads the socket sees its close, and an error that nobody listens to would end the process.
  socket.on("error", reject);
  socket.once("connect", () => {
    signal.removeEventListener("abort", leave);
    resolve(socket);
  });
  socket.once("close", () => signal.removeEventListener("abort", leave));
  if (signal.aborted) leave();
  else signal.addEventListener("abort", leave, { once: true });
  return promise;
}
