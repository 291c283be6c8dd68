import { opendirSync, readFileSync, readlinkSync } from "node:fs";
import { errnoOf } from "../model/error.ts";

/** What was counted over all processes of a cgroup. */
export interface ProcessScan {
  readonly processes: number;
  readonly fileDescriptors: number;
  readonly sockets: number;
  /** Threads by state as /proc shows it (`R`, `S`, `D`, …); undefined when there are too many to look at. */
  readonly states: ReadonlyMap<string, number> | undefined;
}

/** Where a cgroup lists what is in it. */
export interface ProcessLists {
  readonly folder: string;
  /** The file that lists threads: `tasks` on v1, `cgroup.threads` on v2. */
  readonly threadsFile: "tasks" | "cgroup.threads";
}

/** A thread costs some 15 µs to look at: a container with more of them is not worth its figure. */
const maxThreads = 2_000;
/** Looks between two rests: together well below a millisecond. */
const looksPerStep = 32;

/**
 * Counts descriptors, sockets and thread states of the processes in a cgroup, those below it left out as cAdvisor does. Goes on one
 * step at a time, each below a millisecond, so that a container with a hundred thousand descriptors holds nobody up. Whatever ends
 * meanwhile is not counted.
 */
export function* scanProcesses({
  folder,
  threadsFile,
}: ProcessLists): Generator<void, ProcessScan, void> {
  const pids = readList(`${folder}/cgroup.procs`);
  const total = { fileDescriptors: 0, sockets: 0 };
  for (const pid of pids) yield* countDescriptors(pid, total);
  const threads = readList(`${folder}/${threadsFile}`);
  const states = threads.length > maxThreads ? undefined : yield* countStates(threads);
  return { processes: pids.length, ...total, states };
}

interface Descriptors {
  fileDescriptors: number;
  sockets: number;
}

function* countDescriptors(pid: string, total: Descriptors): Generator<void, void, void> {
  const path = `/proc/${pid}/fd`;
  const folder = ifThere(() => opendirSync(path, { bufferSize: looksPerStep }));
  if (folder === undefined) return;
  try {
    let looks = 0;
    for (let entry = next(folder); entry !== null; entry = next(folder)) {
      total.fileDescriptors += 1;
      const target = ifThere(() => readlinkSync(`${path}/${entry?.name}`));
      if (target?.startsWith("socket:") === true) total.sockets += 1;
      looks += 1;
      if (looks % looksPerStep === 0) yield;
    }
  } finally {
    folder.closeSync();
  }
  yield;
}

function next(folder: ReturnType<typeof opendirSync>) {
  return ifThere(() => folder.readSync()) ?? null;
}

function* countStates(
  threads: readonly string[],
): Generator<void, ReadonlyMap<string, number>, void> {
  const states = new Map<string, number>();
  let looks = 0;
  for (const thread of threads) {
    const state = stateOf(thread);
    if (state !== undefined) states.set(state, (states.get(state) ?? 0) + 1);
    looks += 1;
    if (looks % looksPerStep === 0) yield;
  }
  return states;
}

/** proc(5): `PID (COMMAND) STATE …`; the command may hold parentheses. Threads have a folder of their own, which /proc does not list. */
function stateOf(thread: string): string | undefined {
  const text = ifThere(() => readFileSync(`/proc/${thread}/stat`, "latin1"));
  return text?.at(text.lastIndexOf(")") + 2);
}

/** v1 gives the list in parts, and the same old one to whoever keeps the file open: it is opened for each read. */
function readList(path: string): readonly string[] {
  const text = ifThere(() => readFileSync(path, "latin1")) ?? "";
  return text.split("\n").filter((line) => line !== "");
}

/** Returns the soft limit of open files of a process; undefined when it has ended, or has none. */
export function maxOpenFilesOf(pid: number): bigint | undefined {
  const text = ifThere(() => readFileSync(`/proc/${pid}/limits`, "latin1")) ?? "";
  const [, soft] = /^Max open files\s+(\d+)/m.exec(text) ?? [];
  return soft === undefined ? undefined : BigInt(soft);
}

/** EOPNOTSUPP: a threaded cgroup lists no processes. EACCES: a process that has just ended. */
function ifThere<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (thrown) {
    const gone = ["ENOENT", "ESRCH", "ENODEV", "EOPNOTSUPP", "EACCES"];
    if (gone.includes(errnoOf(thrown) ?? "")) return undefined;
    throw thrown;
  }
}
