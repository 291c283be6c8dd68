import type { Duplex, Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { messageOf } from "../model/error.ts";
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

/** Connects a client with a port and copies both ways, each until its own end. Never rejects. */
export async function forward(
  { podSandboxId, port, data, error }: Forward,
  target: StreamTarget,
  signal: AbortSignal,
): Promise<void> {
  try {
    const pod = await target.connect(podSandboxId, port, signal);
    // When one side breaks, both are closed.
    await Promise.allSettled([pipeline(data, pod), pipeline(pod, data)]);
    pod.destroy();
    error.end();
  } catch (thrown) {
    error.end(`error forwarding port ${port}: ${messageOf(thrown)}`);
    data.destroy();
  }
}
