import { CriError, messageOf } from "../../model/error.ts";
import type { DockerEvent } from "../../translate/docker/api.ts";
import type { DockerApi } from "./client.ts";

/** What `readEvent` understands, so that docker sends nothing else: exec_create, exec_start, top and attach come in thousands. */
const events = [
  ["create", "start", "restart", "rename", "die", "destroy", "exec_die"],
  ["delete", "import", "load", "prune", "pull", "tag", "untag"],
  ["reload"],
].flat();
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
    filters: { type: ["container", "image", "daemon"], event: events },
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
