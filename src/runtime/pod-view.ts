import type { ContainerRecord, SandboxRecord } from "../backends/backend.ts";
import type { Ledger } from "./ledger.ts";

/** A pod as kubelets see it: its newest sandbox, and the containers of all, in no order. */
export interface PodView {
  readonly sandbox: SandboxRecord;
  readonly containers: readonly ContainerRecord[];
}

/** Returns the pod that a sandbox is of, be it recorded or just gone: one whose sandbox was replaced is not the old one. */
export function podView(ledger: Ledger, sandbox: SandboxRecord): PodView {
  const all = ledger.sandboxesOfPod(sandbox);
  return {
    sandbox: all.reduce((newest, one) => (isNewer(one, newest) ? one : newest), sandbox),
    containers: all.flatMap((one) => ledger.containersOf(one.sandbox.id)),
  };
}

function isNewer(one: SandboxRecord, other: SandboxRecord): boolean {
  const [a, b] = [one.sandbox, other.sandbox];
  return a.createdAtNanos === b.createdAtNanos
    ? a.config.metadata.attempt > b.config.metadata.attempt
    : a.createdAtNanos > b.createdAtNanos;
}
