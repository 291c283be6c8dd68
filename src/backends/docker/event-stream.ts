import { CriError, messageOf } from "../../model/error.ts";
import type { DockerEvent } from "../../translate/docker/api.ts";
import type { DockerApi } from "./client.ts";

/** What changes an object that we show; `exec_*`, `top`, `attach` and the like would be thousands a minute. */
const actions = ["create", "start", "die", "destroy"];
const imageActions = ["delete", "import", "load", "pull", "tag", "untag"];
/** An event carries all labels of its container, annotations included: kubelets allow 256 KiB of those. */
const maxLineBytes = 4 << 20;

/**
 * Subscribes to what happens to containers and images. `since` (nanoseconds since 1970) replays what dockerd remembers from
 * there, up to 256 events: dockerd answers before it has subscribed us, and what happens between would be lost.
 * The events end when the engine closes the stream; throws as `DockerApi.open` does, and Internal for what is no event.
 */
export async function openEvents(
  api: DockerApi,
  since: bigint,
  signal: AbortSignal,
): Promise<AsyncIterable<DockerEvent>> {
  const query = {
    since: `${since / 1_000_000_000n}.${String(since % 1_000_000_000n).padStart(9, "0")}`,
    filters: { type: ["container", "image"], event: [...actions, ...imageActions] },
  };
  return parseLines(await api.open({ method: "GET", path: "/events", query }, signal));
}

async function* parseLines(chunks: AsyncIterable<Buffer>): AsyncGenerator<DockerEvent, void> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of chunks) {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    const end = bytes.lastIndexOf("\n") + 1;
    rest = bytes.subarray(end);
    if (rest.length > maxLineBytes) throw new CriError("Internal", "docker sent an endless event");
    for (const line of bytes.toString("utf8", 0, end).split("\n")) {
      if (line.trim() !== "") yield parseLine(line);
    }
  }
}

function parseLine(line: string): DockerEvent {
  try {
    return JSON.parse(line) as DockerEvent;
  } catch (thrown) {
    const message = `docker sent an event that is no JSON: ${messageOf(thrown)}`;
    throw new CriError("Internal", message, { cause: thrown });
  }
}
