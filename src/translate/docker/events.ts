import type { DockerEvent } from "./api.ts";

/** What an engine's event means for the mirror; everything else is dropped. */
export type DockerHappening =
  | {
      readonly type: "containerChanged";
      readonly id: string;
      readonly action: string;
      readonly timeNanos: bigint;
    }
  | {
      readonly type: "containerDied";
      readonly id: string;
      readonly exitCode: number;
      readonly timeNanos: bigint;
    }
  | { readonly type: "containerGone"; readonly id: string; readonly timeNanos: bigint }
  | {
      readonly type: "execDied";
      readonly id: string;
      readonly execId: string;
      readonly exitCode: number;
    }
  | { readonly type: "imagesChanged"; readonly id: string }
  | { readonly type: "engineReloaded" };

const changes = new Set([
  "create",
  "start",
  "restart",
  "pause",
  "unpause",
  "rename",
  "update",
  "oom",
]);
const imageChanges = new Set([
  "create",
  "delete",
  "import",
  "load",
  "pull",
  "tag",
  "untag",
  "prune",
]);

/** Reads one event; undefined when it changes nothing that is mirrored. */
export function readEvent(event: DockerEvent): DockerHappening | undefined {
  const id = event.Actor?.ID ?? "";
  const action = (event.Action ?? "").split(":")[0] ?? "";
  if (event.Type === "container") return readContainerEvent(event, id, action);
  if (event.Type === "image" && imageChanges.has(action)) return { type: "imagesChanged", id };
  if (event.Type === "daemon" && action === "reload") return { type: "engineReloaded" };
  return undefined;
}

function readContainerEvent(
  event: DockerEvent,
  id: string,
  action: string,
): DockerHappening | undefined {
  const timeNanos = eventTime(event);
  const attributes = event.Actor?.Attributes ?? {};
  const exitCode = Number(attributes["exitCode"] ?? 0);
  if (changes.has(action)) return { type: "containerChanged", id, action, timeNanos };
  if (action === "die") return { type: "containerDied", id, exitCode, timeNanos };
  if (action === "destroy") return { type: "containerGone", id, timeNanos };
  if (action === "exec_die")
    return { type: "execDied", id, execId: attributes["execID"] ?? "", exitCode };
  return undefined;
}

/** JSON numbers carry 53 bits: the nanoseconds are exact to a quarter of a microsecond, enough to order and never to show. */
function eventTime(event: DockerEvent): bigint {
  if (event.timeNano !== undefined) return BigInt(Math.trunc(event.timeNano));
  return BigInt(Math.trunc(event.time ?? 0)) * 1_000_000_000n;
}
