import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { setImmediate } from "node:timers/promises";
import type { PodOverview } from "../model/overview.ts";

/** So many pods take about a millisecond. */
const podsAtOnce = 50;

/** Answers with all pods as a JSON array, in pieces: neither the event loop nor memory notices ten thousand of them. */
export async function sendPods(
  pods: Iterable<PodOverview>,
  response: ServerResponse,
): Promise<void> {
  response.writeHead(200, { "content-type": "application/json" });
  let piece = "[";
  let sent = 0;
  for (const pod of pods) {
    piece += `${sent === 0 ? "\n" : ",\n"}${JSON.stringify(pod)}`;
    sent += 1;
    if (sent % podsAtOnce !== 0) continue;
    await send(response, piece);
    if (response.destroyed) return;
    piece = "";
  }
  response.end(`${piece}\n]\n`);
}

async function send(response: ServerResponse, piece: string): Promise<void> {
  if (response.write(piece)) return await setImmediate();
  const gone = new AbortController();
  const leave = (): void => gone.abort();
  response.once("close", leave);
  await once(response, "drain", { signal: gone.signal }).catch(() => undefined);
  response.off("close", leave);
}
