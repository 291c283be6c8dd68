import { mkdir, open, rm } from "node:fs/promises";
import { join } from "node:path";
import { CriError } from "../model/error.ts";
import { exec } from "./exec.ts";

/** The namespaces that a pod's folder can hold. */
export type PinnedNamespace = "net" | "ipc" | "uts";

export interface NamespacePins {
  /** Made when it is not there; each namespace is a file in it, named as its kind. */
  readonly folder: string;
  readonly kinds: readonly PinnedNamespace[];
  /** Set in a uts namespace; empty: the node's name stays. */
  readonly hostname: string;
  /** `net.ipv4.ip_forward` → `1`; only those that the namespaces hold. */
  readonly sysctls: Readonly<Record<string, string>>;
}

const timeoutMillis = 10_000;

/** Runs inside: names and values come as arguments. */
const script = `
set -e
[ -z "$1" ] || printf %s "$1" >/proc/sys/kernel/hostname
[ -z "$2" ] || ip link set lo up
shift 2
while [ $# -gt 0 ]; do printf %s "$2" >"/proc/sys/$1"; shift 2; done
`;

/**
 * Makes namespaces that live without a process, as long as they are mounted on their files (namespaces(7)). With net, lo is up.
 * Throws FailedPrecondition for a sysctl that the kernel refuses; what was made is then to be taken down by `unpinNamespaces`.
 */
export async function pinNamespaces(pins: NamespacePins, signal: AbortSignal): Promise<void> {
  const { folder, kinds, hostname, sysctls } = pins;
  if (kinds.length === 0) return;
  try {
    await mkdir(folder, { recursive: true, mode: 0o755 });
    for (const kind of kinds) await (await open(join(folder, kind), "w", 0o444)).close();
  } catch (thrown) {
    throw CriError.from(thrown, `cannot make ${folder}`);
  }
  const pinned = kinds.map((kind) => `--${kind}=${join(folder, kind)}`);
  const settings = Object.entries(sysctls).flatMap(([name, value]) => [sysctlPath(name), value]);
  const name = kinds.includes("uts") ? hostname : "";
  const inside = ["sh", "-c", script, "sh", name, kinds.includes("net") ? "net" : "", ...settings];
  const result = await exec("unshare", [...pinned, "--", ...inside], { signal, timeoutMillis });
  if (result.exitCode === 0) return;
  const words = result.stderr.toString().trim();
  throw new CriError("FailedPrecondition", `namespaces of the pod: ${words}`);
}

/** Takes pinned namespaces down; those that are gone are no error. */
export async function unpinNamespaces(folder: string, signal: AbortSignal): Promise<void> {
  const paths = ["net", "ipc", "uts"].map((kind) => join(folder, kind));
  // Says what is not mounted, and goes on.
  await exec("umount", ["--lazy", ...paths], { signal, timeoutMillis });
  await rm(folder, { recursive: true, force: true }).catch((thrown: unknown) => {
    throw CriError.from(thrown, `cannot remove ${folder}`);
  });
}

/** Dots part the names of sysctls, slashes those that hold dots themselves, as network interfaces may (sysctl.d(5)). */
function sysctlPath(name: string): string {
  const first = /[./]/.exec(name)?.[0];
  return first === "/" ? name : name.replaceAll(/[./]/g, (c) => (c === "." ? "/" : "."));
}
