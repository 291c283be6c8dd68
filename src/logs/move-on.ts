import { messageOf } from "../model/error.ts";
import type { Clock, Log } from "../model/ports.ts";
import type { Step, Transfer } from "./transfer.ts";

/** How long to wait for the end of a line that the container has begun. */
const lineMillis = 200;
/** … looking so often, */
const lookMillis = 10;
/** … and how much of the line is taken, in steps that found something. */
const lineSteps = 64;

/** What moveOn needs of its caller, who holds the transfer's lock. */
export interface MoveOnParts {
  readonly clock: Clock;
  readonly log: Log;
  /** Makes a step of the transfer. */
  readonly step: (untilWhole: boolean) => Promise<Step>;
}

/**
 * Ends the transfer's CRI file, which was renamed, and goes on in a new one. First the old one gets the rest of the line it is
 * in, so that no line is divided between two files, unless the container takes its time or never ends its line.
 * Throws what opening the log file throws; the transfer then stays with the old file.
 */
export async function moveOn(
  transfer: Transfer,
  parts: MoveOnParts,
  signal: AbortSignal,
): Promise<void> {
  try {
    await endLine(transfer, parts, signal);
  } catch (thrown) {
    // A full disk must not keep the kubelet from rotating, which is what makes room.
    parts.log.warn("a log file ends in the middle of a line", { err: messageOf(thrown) });
  }
  await transfer.switchFile();
}

async function endLine(transfer: Transfer, parts: MoveOnParts, signal: AbortSignal): Promise<void> {
  const { clock, step } = parts;
  const deadline = clock.monotonicMillis() + lineMillis;
  while (transfer.isBehind && (await step(false)).more);
  for (let steps = 0; steps < lineSteps && !transfer.betweenLines; ) {
    const { more } = await step(true);
    steps += more ? 1 : 0;
    if (!more && clock.monotonicMillis() > deadline) return;
    if (!more) await clock.sleep(lookMillis, signal);
  }
}
