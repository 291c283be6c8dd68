import type { ContainerRecord, SandboxRecord } from "../backends/backend.ts";
import { containerState } from "../model/container.ts";
import { CriError } from "../model/error.ts";
import { podSandboxState } from "../model/pod-sandbox.ts";
import type { Ledger } from "./ledger.ts";
import type { RecordTable } from "./record-table.ts";

/** Returns the sandbox with that id, whole or short; undefined when there is none. Throws InvalidArgument when a short id is ambiguous. */
export function findSandbox(ledger: Ledger, id: string): SandboxRecord | undefined {
  return find(ledger.sandboxes, id, "pod sandbox");
}

/** The same for a container. */
export function findContainer(ledger: Ledger, id: string): ContainerRecord | undefined {
  return find(ledger.containers, id, "container");
}

/** Like findSandbox, but throws NotFound when there is none. */
export function needSandbox(ledger: Ledger, id: string): SandboxRecord {
  return findSandbox(ledger, id) ?? missing("pod sandbox", id);
}

/** Like needSandbox, but throws FailedPrecondition when it is not ready. */
export function needReady(ledger: Ledger, id: string): SandboxRecord {
  const record = needSandbox(ledger, id);
  if (podSandboxState(record.facts) === "READY") return record;
  const message = `pod sandbox "${record.sandbox.id}" is not ready: its network is down`;
  throw new CriError("FailedPrecondition", message);
}

/** Like findContainer, but throws NotFound when there is none. */
export function needContainer(ledger: Ledger, id: string): ContainerRecord {
  return findContainer(ledger, id) ?? missing("container", id);
}

/** Like needContainer, but throws FailedPrecondition when it does not run, which `what` needs. */
export function needRunning(ledger: Ledger, id: string, what: string): ContainerRecord {
  const record = needContainer(ledger, id);
  const state = containerState(record.facts);
  if (state === "RUNNING") return record;
  throw new CriError(
    "FailedPrecondition",
    `container "${record.container.id}" is in state ${state}: ${what} needs a running one`,
  );
}

function find<Value>(table: RecordTable<Value>, id: string, what: string): Value | undefined {
  const exact = table.get(id);
  if (exact !== undefined || id.length >= 64) return exact;
  const matches = [...table.ids()].filter((known) => known.startsWith(id));
  if (matches.length > 1) {
    throw new CriError(
      "InvalidArgument",
      `${what} id "${id}" is ambiguous: ${matches.length} ids begin so; give more digits`,
    );
  }
  return matches[0] === undefined ? undefined : table.get(matches[0]);
}

function missing(what: string, id: string): never {
  throw new CriError("NotFound", `there is no ${what} "${id}"`);
}
