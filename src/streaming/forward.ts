import type { Duplex, Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { CriError, messageOf } from "../model/error.ts";
import type { StreamTarget } from "../model/streaming.ts";

/** A connection to a port of a pod. */
export interface Forward {
  readonly podSandboxId: string;
  readonly port: number;
  /** The client's end. */
  readonly data: Duplex;
  /** Gets a text when there is no connection, nothing otherwise: client-go gives up all of a forward for any. Ended here. */
  readonly error: Writable;
}

/** Connects a client with a port and copies both ways, each until its own end, or until the client has closed. Never rejects. */
export async function forward(
  { podSandboxId, port, data, error }: Forward,
  target: StreamTarget,
): Promise<void> {
  const leaving = new AbortController();
  data.once("close", () => leaving.abort(new CriError("Cancelled", "the client has closed")));
  if (data.destroyed) leaving.abort();
  try {
    const pod = await target.connect(podSandboxId, port, leaving.signal);
    // When one side breaks, both are closed.
    await Promise.allSettled([pipeline(data, pod), pipeline(pod, data)]);
    pod.destroy();
    error.end();
  } catch (thrown) {
    error.end(`error forwarding port ${port}: ${messageOf(thrown)}`);
    data.destroy();
  }
}
