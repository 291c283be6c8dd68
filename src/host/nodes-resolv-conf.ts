import { readFile } from "node:fs/promises";
import { resolvConfOfNode } from "../model/pod-file-texts.ts";

/** Returns the node's resolv.conf for a pod. systemd-resolved listens on the node's loopback, where no pod reaches it; its own list of servers stands elsewhere. */
export async function nodesResolvConf(): Promise<string> {
  const [text, resolved] = await Promise.all([
    readOrNothing("/etc/resolv.conf"),
    readOrNothing("/run/systemd/resolve/resolv.conf"),
  ]);
  return resolvConfOfNode(text, resolved);
}

async function readOrNothing(path: string): Promise<string> {
  return await readFile(path, "utf8").catch(() => "");
}
