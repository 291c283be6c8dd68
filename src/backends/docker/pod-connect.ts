import type { Duplex } from "node:stream";
import { dialLocalhost } from "../../host/dial-localhost.ts";
import type { NetnsDialer } from "../../host/netns-dialer.ts";
import { CriError } from "../../model/error.ts";
import type { PodSandbox } from "../../model/pod-sandbox.ts";
import { ownCgroup } from "../../stats/own-cgroup.ts";

export interface PodConnectOptions {
  readonly dialer: Pick<NetnsDialer, "connect">;
  /** The sandbox's process on the host; undefined or 0 when it does not run. */
  readonly pidOf: (sandboxId: string) => number | undefined;
}

/**
 * Connects to a port of a pod's localhost. Throws Unavailable when it is refused, DeadlineExceeded when nobody answers,
 * FailedPrecondition when the sandbox does not run.
 */
export async function connectToPod(
  { dialer, pidOf }: PodConnectOptions,
  { sandbox, port }: { readonly sandbox: PodSandbox; readonly port: number },
  signal: AbortSignal,
): Promise<Duplex> {
  const { id, config } = sandbox;
  if (config.security.namespaces.network === "NODE") return await dialLocalhost(port, signal);
  const pid = pidOf(id) ?? 0;
  if (pid === 0) throw new CriError("FailedPrecondition", `pod sandbox "${id}" does not run`);
  const isTheirs = async () => (await ownCgroup(pid, id)) !== undefined;
  return await dialer.connect({ path: `/proc/${pid}/ns/net`, owner: id, isTheirs }, port, signal);
}
