import type { DockerContainerInspect } from "../../translate/docker/api.ts";
import type { ContainerRecord, SandboxRecord } from "../backend.ts";

/** What an inspect shows to the runtime. */
export type ShownObject =
  | { readonly type: "sandbox"; readonly record: SandboxRecord }
  | { readonly type: "container"; readonly record: ContainerRecord };

/** What an inspect shows: a sandbox, a container, or nothing of ours. May throw for one that cannot be read. */
export type ShowObject = (
  inspect: DockerContainerInspect,
  signal: AbortSignal,
) => Promise<ShownObject | undefined>;

/** Where docker keeps an object, and how it is; what the translated record does not say. */
export interface Place {
  readonly id: string;
  /** Docker's own word: created, running, exited, … */
  readonly status: string;
  readonly hasEnded: boolean;
  /** 0 when it does not run. */
  readonly pid: number;
  /** The json-file; empty with another log driver. */
  readonly logPath: string;
  readonly logDriver: string;
  /** Docker made no network for it, and so no files of the network either. */
  readonly networkDisabled: boolean;
  /** undefined where the engine does not tell, as with docker 29's containerd store. */
  readonly writableLayer: string | undefined;
}

export interface Seen extends Place {
  readonly shown: ShownObject;
  /** Wall time just before docker was asked. */
  readonly readAtNanos: bigint;
  /** Later looks have higher ones, whatever the clock does. */
  readonly order: number;
}

/** Returns the part of an inspect that is kept. */
export function placeOf(inspect: DockerContainerInspect): Place {
  const { Status: status, Pid: pid = 0 } = inspect.State;
  return {
    id: inspect.Id,
    status,
    hasEnded: status === "exited" || status === "dead",
    pid,
    logPath: inspect.LogPath ?? "",
    logDriver: inspect.HostConfig.LogConfig?.Type ?? "json-file",
    networkDisabled: inspect.Config.NetworkDisabled === true,
    writableLayer: inspect.GraphDriver?.Data?.["UpperDir"],
  };
}

/** A late event may come after the removal, but not so many removals later. */
const rememberedDrops = 10_000;

/** Objects by id as they were last seen. */
export class SeenObjects {
  readonly #objects = new Map<string, Seen>();
  readonly #dropped = new Set<string>();
  readonly #waiters = new Map<string, Set<() => void>>();
  #order = 0;

  /** The place of a look among all looks; to be taken before docker is asked. */
  nextOrder(): number {
    this.#order += 1;
    return this.#order;
  }

  get(id: string): Seen | undefined {
    return this.#objects.get(id);
  }

  all(): Iterable<Seen> {
    return this.#objects.values();
  }

  /** Keeps what was seen, unless a later look was kept or the object is gone. */
  put(seen: Seen): void {
    const known = this.#objects.get(seen.id);
    if (this.#dropped.has(seen.id) || (known !== undefined && known.order > seen.order)) return;
    this.#objects.set(seen.id, seen);
    this.#wake(seen.id);
  }

  /** Forgets an object for good; returns whether it was there. */
  drop(id: string): boolean {
    this.#dropped.add(id);
    const oldest = this.#dropped.values().next();
    if (this.#dropped.size > rememberedDrops && !oldest.done) this.#dropped.delete(oldest.value);
    const wasThere = this.#objects.delete(id);
    this.#wake(id);
    return wasThere;
  }

  /** Forgets an object until it is seen again. */
  lose(id: string): void {
    this.#objects.delete(id);
    this.#wake(id);
  }

  wasDropped(id: string): boolean {
    return this.#dropped.has(id);
  }

  /** Resolves when the object is seen again or dropped; rejects with the signal's reason. */
  async changed(id: string, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const waiters = this.#waiters.get(id) ?? new Set();
    const abort = (): void => reject(signal.reason as Error);
    this.#waiters.set(id, waiters.add(resolve));
    signal.addEventListener("abort", abort, { once: true });
    try {
      await promise;
    } finally {
      signal.removeEventListener("abort", abort);
      waiters.delete(resolve);
      if (waiters.size === 0) this.#waiters.delete(id);
    }
  }

  #wake(id: string): void {
    for (const wake of this.#waiters.get(id) ?? []) wake();
  }
}
