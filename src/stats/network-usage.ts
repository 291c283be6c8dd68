import { readFileSync, readlinkSync } from "node:fs";
import { errnoOf } from "../model/error.ts";
import type { NetworkInterfaceUsage, NetworkUsage } from "../model/stats.ts";

/** The interface that a pod's address is on, by the name that every CRI runtime gives it. */
const defaultName = "eth0";

/** Where interfaces are read. */
export interface NetworkSource {
  readonly interfacesOf: typeof interfacesOf;
  readonly hostInterface: typeof hostInterface;
}

/** The kernel itself. */
export const kernelNetwork: NetworkSource = { interfacesOf, hostInterface };

/**
 * Reads /proc/PID/net/dev (net/core/net-procfs.c): two lines of headings, then
 * ```
 *   eth0: RX bytes packets errs drop fifo frame compressed multicast  TX bytes packets errs drop fifo colls carrier compressed
 * ```
 * The loopback interface is left out: nothing of it leaves the pod.
 */
export function parseNetDev(text: string): readonly NetworkInterfaceUsage[] {
  return text.split("\n").flatMap((line) => {
    const [, name, counters] = /^\s*([^\s:]+):\s*([\d\s]+)$/.exec(line) ?? [];
    if (name === undefined || counters === undefined || name === "lo") return [];
    const numbers = counters.trim().split(/\s+/).map(BigInt);
    const [rxBytes = 0n, rxPackets = 0n, rxErrors = 0n, rxDropped = 0n, , , , , ...sent] = numbers;
    const [txBytes = 0n, txPackets = 0n, txErrors = 0n, txDropped = 0n] = sent;
    const received = { rxBytes, rxPackets, rxErrors, rxDropped };
    return [{ name, ...received, txBytes, txPackets, txErrors, txDropped }];
  });
}

/** Puts interfaces in the order of the CRI; undefined when there is none: a usage without a default interface ends the kubelet. */
export function networkUsage(
  all: readonly NetworkInterfaceUsage[],
  timestampNanos: bigint,
): NetworkUsage | undefined {
  const defaultInterface = all.find(({ name }) => name === defaultName) ?? all[0];
  if (defaultInterface === undefined) return undefined;
  const interfaces = all.filter((one) => one !== defaultInterface);
  return { timestampNanos, defaultInterface, interfaces };
}

/** Returns the default interface by what the host counts at its own end of the link: what comes in there went out of the pod. */
export function fromHostEnd(
  hostEnd: NetworkInterfaceUsage | undefined,
): readonly NetworkInterfaceUsage[] {
  if (hostEnd === undefined) return [];
  return [
    {
      name: defaultName,
      rxBytes: hostEnd.txBytes,
      rxPackets: hostEnd.txPackets,
      rxErrors: hostEnd.txErrors,
      rxDropped: hostEnd.txDropped,
      txBytes: hostEnd.rxBytes,
      txPackets: hostEnd.rxPackets,
      txErrors: hostEnd.rxErrors,
      txDropped: hostEnd.rxDropped,
    },
  ];
}

/**
 * Returns the interfaces of a network namespace through a process that is in it; undefined when that process has ended or another
 * has its number. Read at once. An open file would hold the namespace, so none is kept.
 */
function interfacesOf(pid: number, netns: string): readonly NetworkInterfaceUsage[] | undefined {
  try {
    if (readlinkSync(`/proc/${pid}/ns/net`) !== netns) return undefined;
    return parseNetDev(readFileSync(`/proc/${pid}/net/dev`, "latin1"));
  } catch (thrown) {
    // EINVAL: a process that has just ended has no namespaces any more.
    if (["ENOENT", "ESRCH", "EINVAL"].includes(errnoOf(thrown) ?? "")) return undefined;
    throw thrown;
  }
}

/** Returns one interface of the host's. */
function hostInterface(name: string): NetworkInterfaceUsage | undefined {
  return parseNetDev(readFileSync("/proc/self/net/dev", "latin1")).find((one) => one.name === name);
}
