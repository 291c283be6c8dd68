import type { Socket } from "node:net";
import { CriError } from "../model/error.ts";
import { dialLocalhost } from "./dial-localhost.ts";
import type { DialAnswer, DialRequest } from "./netns-helper.ts";

/*
 * Runs in the network namespace of a pod, by nsenter: connects there, and hands each connected socket to its parent. Ends with
 * its parent, or when that closes the channel.
 */

const { signal } = new AbortController();

function send(answer: DialAnswer, socket?: Socket): void {
  // What cannot be sent has nobody who waits for it: the channel is closed.
  process.send?.(answer, socket, undefined, () => undefined);
}

async function dial({ id, port }: DialRequest): Promise<void> {
  try {
    send({ id, type: "connected" }, await dialLocalhost(port, signal, { paused: true }));
  } catch (thrown) {
    const { kind, message } = CriError.from(thrown, "dial");
    send({ id, type: "failed", kind, message });
  }
}

process.on("disconnect", () => process.exit());
process.on("message", (request) => void dial(request as DialRequest));
send({ type: "entered" });
