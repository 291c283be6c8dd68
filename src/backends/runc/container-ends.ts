import { existsSync, watch } from "node:fs";
import { mkdir, readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { processStartTime } from "../../host/identity.ts";
import { errnoOf, messageOf } from "../../model/error.ts";
import type { NativeContext } from "./native-context.ts";
import type { NativeContainer } from "./native-records.ts";

/** A notice that the kernel lost, and a monitor that was killed, show by a look so often. */
const lookEveryMillis = 2_000;
/** A process that has ended is told by its monitor within this time, if there still is one. */
const patienceMillis = 3_000;

/** Learns of containers' ends from the files that their monitors leave, also of those that nobody followed meanwhile. */
export class ContainerEnds {
  readonly #context: NativeContext;
  /** When a process was first missed that no exit file tells of. */
  readonly #missed = new Map<string, number>();

  constructor(context: NativeContext) {
    this.#context = context;
  }

  /** Follows until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    const { places, clock, log } = this.#context;
    await mkdir(places.exits, { recursive: true, mode: 0o700 });
    const watcher = watch(places.exits, { signal }, (_event, name) => {
      if (name !== null) void this.look(name).catch((thrown: unknown) => this.#failed(thrown));
    });
    watcher.on("error", (error) => log.warn("exit files not watched", { err: error.message }));
    while (!signal.aborted) {
      await this.lookAtAll().catch((thrown: unknown) => this.#failed(thrown));
      await clock.sleep(lookEveryMillis, signal).catch(() => undefined);
    }
    watcher.close();
  }

  /** Looks at every container that is not known to have ended. */
  async lookAtAll(): Promise<void> {
    const { records, places } = this.#context;
    const ended = new Set(await readdir(places.exits).catch(() => []));
    for (const record of records.containers()) {
      if (record.facts.finishedAtNanos > 0n || record.facts.pid === 0) continue;
      if (ended.has(record.id)) await this.look(record.id);
      else await this.#lookForLoss(record);
    }
  }

  /** Takes what the monitor says of a container's end, if it has said it. */
  async look(id: string): Promise<void> {
    const { records, places } = this.#context;
    const record = records.container(id);
    if (record === undefined || record.facts.finishedAtNanos > 0n) return;
    const exit = await exitIn(places.exit(id));
    if (exit === undefined) return;
    const oomKilled = existsSync(join(places.bundle(id), "persist", "oom"));
    this.#end(record, { ...exit, oomKilled, error: "" });
  }

  /** A process that is gone, and whose monitor is too, ended with a code that nobody knows. */
  async #lookForLoss(record: NativeContainer): Promise<void> {
    const { clock } = this.#context;
    const lives = (await processStartTime(record.facts.pid)) === record.startTime;
    if (lives) return void this.#missed.delete(record.id);
    const since = this.#missed.get(record.id) ?? clock.monotonicMillis();
    this.#missed.set(record.id, since);
    if (clock.monotonicMillis() - since < patienceMillis) return;
    this.#missed.delete(record.id);
    const error = "its monitor was killed before it: how it ended is not known";
    this.#end(record, {
      exitCode: 255,
      finishedAtNanos: clock.nowNanos(),
      oomKilled: false,
      error,
    });
  }

  #end(record: NativeContainer, end: End): void {
    const { exitCode, finishedAtNanos, oomKilled, error } = end;
    const finished = { pid: 0, exitCode, finishedAtNanos, oomKilled };
    const facts = { ...record.facts, ...finished, ...(error !== "" && { error }) };
    this.#context.records.noteContainer({ ...record, facts });
  }

  #failed(thrown: unknown): void {
    this.#context.log.warn("exit files not read", { err: messageOf(thrown) });
  }
}

interface End {
  readonly exitCode: number;
  readonly finishedAtNanos: bigint;
  readonly oomKilled: boolean;
  readonly error: string;
}

/** The file appears by rename, whole. */
async function exitIn(
  path: string,
): Promise<Pick<End, "exitCode" | "finishedAtNanos"> | undefined> {
  try {
    const [text, { mtimeNs }] = await Promise.all([
      readFile(path, "utf8"),
      stat(path, { bigint: true }),
    ]);
    const exitCode = Number.parseInt(text, 10);
    return { exitCode: Number.isNaN(exitCode) ? 255 : exitCode, finishedAtNanos: mtimeNs };
  } catch (thrown) {
    if (errnoOf(thrown) === "ENOENT") return undefined;
    throw thrown;
  }
}
