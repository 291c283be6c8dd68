import type { SandboxRecord } from "../backends/backend.ts";
import { podSandboxName } from "../model/object-names.ts";
import { podSandboxState } from "../model/pod-sandbox.ts";
import { cleanupSignal } from "./cleanup.ts";
import type { RuntimeContext } from "./context.ts";
import { stopPodSandbox } from "./sandbox-stop.ts";

/** Two ready sandboxes of one name, which no run of ours makes but a damaged node may show: the newest stays, the others are stopped. */
export function stopDuplicates(context: RuntimeContext): void {
  for (const { sandbox } of duplicates([...context.ledger.sandboxes.all()])) {
    context.log.warn("pod sandbox has a newer one of the same name and is stopped", {
      sandboxId: sandbox.id,
    });
    context.background.start("duplicate sandbox not stopped", { sandboxId: sandbox.id }, () =>
      stopPodSandbox(context, sandbox.id, cleanupSignal()),
    );
  }
}

/** Returns the ready sandboxes that have a younger ready one of their name. */
function duplicates(records: readonly SandboxRecord[]): readonly SandboxRecord[] {
  const newest = new Map<string, SandboxRecord>();
  const older: SandboxRecord[] = [];
  for (const record of records.filter(({ facts }) => podSandboxState(facts) === "READY")) {
    const name = podSandboxName(record.sandbox.config.metadata);
    const known = newest.get(name);
    const wins =
      known === undefined || record.sandbox.createdAtNanos > known.sandbox.createdAtNanos;
    if (wins) newest.set(name, record);
    if (known !== undefined) older.push(wins ? known : record);
  }
  return older;
}
