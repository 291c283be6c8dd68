import type { CgroupPaths } from "../host/cgroup.ts";
import type { ProcessFigures, TaskFigures } from "../model/metrics.ts";
import type { Clock } from "../model/ports.ts";
import {
  maxOpenFilesOf,
  type ProcessLists,
  type ProcessScan,
  scanProcesses,
} from "./process-scan.ts";
import type { TimeSlices } from "./time-slices.ts";

/** Counting descriptors costs far more than reading counters: once in that time is enough. */
const freshMillis = 10_000;
/** Over how long the load is averaged. */
const loadMillis = 10_000;

interface Loads {
  readonly monotonicMillis: number;
  readonly running: number;
  readonly uninterruptible: number;
}

export interface ProcessSamplerOptions {
  readonly clock: Clock;
  readonly slices: TimeSlices;
}

/** Counts what the processes of one container have open and do: at most every ten seconds, in slices. */
export class ProcessSampler {
  readonly #options: ProcessSamplerOptions;
  #newest: { readonly figures: ProcessFigures; readonly monotonicMillis: number } | undefined;
  #loads: Loads | undefined;

  constructor(options: ProcessSamplerOptions) {
    this.#options = options;
  }

  /** Returns figures no older than ten seconds of the container with that first process; undefined when it has no cgroup to list them. */
  async figures(pid: number, cgroup: CgroupPaths): Promise<ProcessFigures | undefined> {
    const { clock, slices } = this.#options;
    const now = clock.monotonicMillis();
    if (this.#newest !== undefined && now - this.#newest.monotonicMillis < freshMillis)
      return this.#newest.figures;
    const lists = listsOf(cgroup);
    if (lists === undefined) return undefined;
    const scan = await inSteps(slices, scanProcesses(lists));
    const figures: ProcessFigures = {
      timestampNanos: clock.nowNanos(),
      processes: BigInt(scan.processes),
      fileDescriptors: BigInt(scan.fileDescriptors),
      sockets: BigInt(scan.sockets),
      maxOpenFiles: maxOpenFilesOf(pid),
      tasks: scan.states === undefined ? undefined : this.#tasks(scan.states, now),
    };
    this.#newest = { figures, monotonicMillis: now };
    return figures;
  }

  #tasks(states: NonNullable<ProcessScan["states"]>, monotonicMillis: number): TaskFigures {
    const count = (...letters: readonly string[]) =>
      letters.reduce((sum, letter) => sum + (states.get(letter) ?? 0), 0);
    const [running, uninterruptible] = [count("R"), count("D")];
    const loads = averaged(this.#loads, { monotonicMillis, running, uninterruptible });
    this.#loads = loads;
    return {
      running: BigInt(running),
      sleeping: BigInt(count("S", "I")),
      stopped: BigInt(count("T", "t")),
      uninterruptible: BigInt(uninterruptible),
      loadMillis: BigInt(Math.round(loads.running * 1_000)),
      loadUninterruptibleMillis: BigInt(Math.round(loads.uninterruptible * 1_000)),
    };
  }
}

/** An average that forgets with time: what was seen ten seconds ago counts a third (1/e). */
function averaged(before: Loads | undefined, now: Loads): Loads {
  if (before === undefined) return now;
  const kept = Math.exp((before.monotonicMillis - now.monotonicMillis) / loadMillis);
  const mix = (old: number, fresh: number) => old * kept + fresh * (1 - kept);
  return {
    monotonicMillis: now.monotonicMillis,
    running: mix(before.running, now.running),
    uninterruptible: mix(before.uninterruptible, now.uninterruptible),
  };
}

function listsOf({ controllers, unified }: CgroupPaths): ProcessLists | undefined {
  const folder = controllers.get("cpu") ?? controllers.get("memory");
  if (folder !== undefined) return { folder, threadsFile: "tasks" };
  return unified === undefined ? undefined : { folder: unified, threadsFile: "cgroup.threads" };
}

/** Runs a generator to its end, each step in a slice of the event loop's time. */
async function inSteps<T>(slices: TimeSlices, steps: Generator<void, T, void>): Promise<T> {
  for (;;) {
    const step = await slices.run(() => steps.next());
    if (step.done === true) return step.value;
  }
}
