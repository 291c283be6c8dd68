import { abandonable } from "../host/abandonable.ts";
import { CriError } from "../model/error.ts";

interface Creation<Id> {
  readonly requestDigest: string;
  readonly result: Promise<Id>;
}

/**
 * Creates under way, by name. One name is created once at a time: a second caller with the same request waits for the first
 * one's result, and a create whose caller has gone runs on to its end, so that a retry finds it.
 */
export class Creations<Id> {
  readonly #running = new Map<string, Creation<Id>>();

  /** Whether that name is being created now. */
  has(name: string): boolean {
    return this.#running.has(name);
  }

  /**
   * Runs `create` for the name, or joins the run there is. The caller's signal ends the wait, never the work. Throws CriError:
   * Aborted when another request of that name runs, Cancelled or DeadlineExceeded for the caller's own abort, else what `create` throws.
   */
  async run(
    request: { readonly name: string; readonly digest: string; readonly signal: AbortSignal },
    create: () => Promise<Id>,
  ): Promise<Id> {
    const { name, digest, signal } = request;
    const running = this.#running.get(name) ?? this.#start(name, digest, create);
    if (running.requestDigest !== digest) {
      throw new CriError(
        "Aborted",
        `${name} is being created from another request; try again when that one has ended`,
      );
    }
    return await abandonable(running.result, signal, "the caller has gone");
  }

  /** Resolves when that name is not being created any more, whichever way that ended. */
  async ended(name: string): Promise<void> {
    await Promise.allSettled([this.#running.get(name)?.result]);
  }

  /** Resolves when nothing is being created. */
  async settled(): Promise<void> {
    await Promise.allSettled([...this.#running.values()].map((creation) => creation.result));
  }

  #start(name: string, requestDigest: string, create: () => Promise<Id>): Creation<Id> {
    const result = create().finally(() => this.#running.delete(name));
    const creation = { requestDigest, result };
    this.#running.set(name, creation);
    return creation;
  }
}
