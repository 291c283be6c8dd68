import { abandonable } from "../../host/abandonable.ts";
import { CriError } from "../../model/error.ts";

interface Job<T> {
  readonly result: Promise<T>;
  readonly controller: AbortController;
  callers: number;
}

/** What a piece of work is known by. */
export interface WorkName {
  readonly key: string;
  /** For messages. */
  readonly name: string;
}

/** One piece of work a key for all who ask for it while it runs. */
export class SharedWork<T> {
  readonly #jobs = new Map<string, Job<T>>();

  /**
   * Starts the work or joins the one that runs, and returns its result. A caller whose signal aborts leaves with Cancelled or
   * DeadlineExceeded; when the last has left, the work's own signal aborts and who comes after that starts anew.
   */
  async run(
    { key, name }: WorkName,
    start: (signal: AbortSignal) => Promise<T>,
    signal: AbortSignal,
  ): Promise<T> {
    if (signal.aborted) throw CriError.from(signal.reason, name);
    const job = this.#jobs.get(key) ?? this.#begin(key, start);
    job.callers += 1;
    try {
      return await abandonable(job.result, signal, name);
    } finally {
      job.callers -= 1;
      if (job.callers === 0) this.#end(key, job);
    }
  }

  #begin(key: string, start: (signal: AbortSignal) => Promise<T>): Job<T> {
    const controller = new AbortController();
    const job: Job<T> = { result: start(controller.signal), controller, callers: 0 };
    this.#jobs.set(key, job);
    // Whoever still waits gets the error; when nobody does, it is of no interest.
    void job.result.catch(() => undefined).finally(() => this.#forget(key, job));
    return job;
  }

  #end(key: string, job: Job<T>): void {
    this.#forget(key, job);
    job.controller.abort();
  }

  #forget(key: string, job: Job<T>): void {
    if (this.#jobs.get(key) === job) this.#jobs.delete(key);
  }
}
