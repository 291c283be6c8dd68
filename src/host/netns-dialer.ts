import type { Socket } from "node:net";
import { CriError } from "../model/error.ts";
import { abandonable } from "./abandonable.ts";
import { NetnsHelper } from "./netns-helper.ts";

/** A network namespace to connect in. */
export interface NetnsPlace {
  /** `/proc/PID/ns/net`, or a pinned file. */
  readonly path: string;
  /** Whose it is: a path may lead to one pod's now and to another's later. */
  readonly owner: string;
  /** Whether the path leads to the namespace that is meant: a process's number may have been given anew. */
  readonly isTheirs: () => Promise<boolean>;
}

/** Connecting has a deadline of its own; this one is for a helper that is not scheduled. */
const timeoutMillis = 20_000;
const defaultIdleMillis = 10_000;

interface Entry {
  readonly helper: NetnsHelper;
  /** Rejects when the namespace was not the one that was meant. */
  readonly ready: Promise<void>;
  users: number;
  idle: NodeJS.Timeout | undefined;
}

/**
 * Connects in network namespaces that this process is not in, by one helper process a namespace: begun by the first call, shared
 * by all, ended when none came for a while. The connections are this process's own and outlive the helper.
 */
export class NetnsDialer implements AsyncDisposable {
  readonly #idleMillis: number;
  readonly #entries = new Map<string, Entry>();
  readonly #endings = new Set<Promise<void>>();

  constructor({ idleMillis = defaultIdleMillis }: { readonly idleMillis?: number } = {}) {
    this.#idleMillis = idleMillis;
  }

  /** How many helpers run. */
  get size(): number {
    return this.#entries.size;
  }

  /**
   * Connects to a port of localhost there, IPv4 then IPv6; either side may end its half. Throws Unavailable when nothing listens
   * or the namespace is gone, DeadlineExceeded when nothing answers, Cancelled.
   */
  async connect(place: NetnsPlace, port: number, signal: AbortSignal): Promise<Socket> {
    signal.throwIfAborted();
    const entry = this.#entry(place);
    entry.users += 1;
    clearTimeout(entry.idle);
    const dialling = entry.ready.then(() => entry.helper.dial(port));
    const limit = AbortSignal.any([signal, AbortSignal.timeout(timeoutMillis)]);
    try {
      return await abandonable(dialling, limit, `port ${port} of the pod`);
    } catch (thrown) {
      // It may still come.
      void dialling.then(
        (socket) => socket.destroy(),
        () => undefined,
      );
      throw thrown;
    } finally {
      entry.users -= 1;
      if (entry.users === 0) this.#rest(keyOf(place), entry);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const [key, entry] of this.#entries) this.#end(key, entry);
    await Promise.all(this.#endings);
  }

  #entry(place: NetnsPlace): Entry {
    const key = keyOf(place);
    const known = this.#entries.get(key);
    if (known !== undefined && !known.helper.isOver) return known;
    const helper = new NetnsHelper(place.path);
    const ready = entered(helper, place);
    ready.catch(() => undefined);
    const entry: Entry = { helper, ready, users: 0, idle: undefined };
    this.#entries.set(key, entry);
    return entry;
  }

  /** A helper that failed goes at once. */
  #rest(key: string, entry: Entry): void {
    if (entry.helper.isOver) return this.#end(key, entry);
    entry.idle = setTimeout(() => this.#end(key, entry), this.#idleMillis);
    entry.idle.unref();
  }

  #end(key: string, entry: Entry): void {
    clearTimeout(entry.idle);
    if (this.#entries.get(key) === entry) this.#entries.delete(key);
    const ending = entry.helper.end();
    this.#endings.add(ending);
    void ending.then(() => this.#endings.delete(ending));
  }
}

function keyOf({ owner, path }: NetnsPlace): string {
  return `${owner} ${path}`;
}

/** Asked once it is inside: nothing can then be put in the place of what it has entered. */
async function entered(helper: NetnsHelper, { path, isTheirs }: NetnsPlace): Promise<void> {
  await helper.entered();
  if (await isTheirs()) return;
  await helper.end();
  throw new CriError("Unavailable", `${path} is not the pod's network namespace any more`);
}
