import { sendSignal } from "../host/identity.ts";
import { processesGiven } from "../host/process-table.ts";
import type { Clock } from "../model/ports.ts";

/** A killed process may have to come back from the kernel first. */
const killMillis = 2_000;
const lookMillis = 10;

/**
 * Kills the plugins that an earlier life of this program started for these sandboxes, and returns how many there were. They
 * outlive us, and an ADD that ends after its DEL would keep an address for ever. They are known by the CNI_CONTAINERID that
 * they, and the plugins which they call, were given. Call it before any plugin is run for those sandboxes.
 */
export async function killOrphans(sandboxIds: readonly string[], clock: Clock): Promise<number> {
  if (sandboxIds.length === 0) return 0;
  const assignments = new Set(sandboxIds.map((id) => `CNI_CONTAINERID=${id}`));
  const end = clock.monotonicMillis() + killMillis;
  const killed = new Set<number>();
  for (;;) {
    const left = await processesGiven(assignments);
    for (const { pid, startTime } of left) {
      if (sendSignal(pid, startTime, "SIGKILL")) killed.add(pid);
    }
    if (left.length === 0 || clock.monotonicMillis() > end) return killed.size;
    await clock.sleep(lookMillis);
  }
}
