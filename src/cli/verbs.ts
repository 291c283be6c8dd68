import type { VerbEntry } from "./verb.ts";

/** All verbs; each is loaded when it is used, so that none waits for another's modules. */
export const verbs: ReadonlyMap<string, VerbEntry> = new Map([
  ["serve", entry("serve the kubelet", () => import("./serve-verb.ts"))],
  [
    "config",
    entry("print the default settings, or check a file", () => import("./config-verb.ts")),
  ],
  ["run", entry("run a pod from a manifest", () => import("./run-verb.ts"))],
  ["ps", entry("list pods and their containers", () => import("./ps-verb.ts"))],
  ["logs", entry("print a container's log", () => import("./logs-verb.ts"))],
  ["exec", entry("run a command in a container", () => import("./exec-verb.ts"))],
  ["attach", entry("join a container's own streams", () => import("./attach-verb.ts"))],
  [
    "port-forward",
    entry("make ports of a pod ports of this machine", () => import("./port-forward-verb.ts")),
  ],
  ["stats", entry("show what containers use", () => import("./stats-verb.ts"))],
  ["stop", entry("stop a pod", () => import("./stop-verb.ts"))],
  ["rm", entry("remove a pod", () => import("./rm-verb.ts"))],
  ["images", entry("list images", () => import("./images-verb.ts"))],
  ["pull", entry("pull an image", () => import("./pull-verb.ts"))],
  ["debug", entry("what the daemon holds and does, for root", () => import("./debug-verb.ts"))],
  [
    "store",
    entry(
      "list, pull, load, save, remove the native engine's images",
      () => import("./store-verb.ts"),
    ),
  ],
  ["version", entry("print the version", () => import("./version-verb.ts"))],
]);

function entry(summary: string, load: () => Promise<{ readonly verb: VerbOf }>): VerbEntry {
  return { summary, load: async () => (await load()).verb };
}

type VerbOf = Awaited<ReturnType<VerbEntry["load"]>>;
