import { CriError } from "../../model/error.ts";
import { formatReference, type ImageReference } from "../../model/image-reference.ts";
import type { Clock } from "../../model/ports.ts";
import {
  PullProgress,
  type PullRecord,
  pullFailure,
} from "../../translate/docker/pull-progress.ts";
import type { DockerApi } from "./client.ts";
import { dockerWords, errorOfConnection, statusOf } from "./errors.ts";
import { openPull } from "./image-calls.ts";
import { readJsonLines } from "./json-lines.ts";
import { pullError } from "./pull-errors.ts";

export interface Pull {
  readonly api: DockerApi;
  readonly clock: Clock;
  readonly reference: ImageReference;
  /** The X-Registry-Auth header. */
  readonly registryAuth: string | undefined;
  /** How long the registry may send next to nothing. Layers that are extracted may take any time. */
  readonly stallMillis: number;
  /** Told of bytes that came from the registry since the last time. */
  readonly onBytes: (bytes: number) => void;
}

/**
 * Pulls an image; returns when docker says that it is there.
 * Throws DeadlineExceeded when the registry is stuck, Cancelled, NotFound, PermissionDenied, ResourceExhausted (disk full),
 * Unavailable (registry or docker), else Internal.
 */
export async function pullImage(pull: Pull, signal: AbortSignal): Promise<void> {
  const ending = new AbortController();
  const life = AbortSignal.any([signal, ending.signal]);
  const stall = new Stall(pull);
  try {
    await Promise.race([follow(pull, stall, life), stall.watch(life)]);
  } catch (thrown) {
    if (signal.aborted)
      throw CriError.from(signal.reason, `pull of ${formatReference(pull.reference)}`);
    throw thrown;
  } finally {
    ending.abort();
  }
}

async function follow(pull: Pull, stall: Stall, life: AbortSignal): Promise<void> {
  const name = formatReference(pull.reference);
  try {
    const stream = await openPull(pull.api, { ...pull, timeoutMillis: pull.stallMillis * 2 }, life);
    for await (const value of readJsonLines(stream)) {
      const record = value as PullRecord;
      const failure = pullFailure(record);
      if (failure !== undefined) throw pullError(name, failure);
      stall.note(record);
    }
  } catch (thrown) {
    if (statusOf(thrown) !== undefined) throw pullError(name, dockerWords(thrown), thrown);
    const { endpoint } = pull.api;
    throw errorOfConnection(thrown, { endpoint, method: "POST", path: "/images/create" });
  }
}

/** Knows how long the registry has sent nothing worth mentioning. */
class Stall {
  readonly #pull: Pull;
  readonly #progress = new PullProgress();
  #since: number;
  #bytes = 0;

  constructor(pull: Pull) {
    this.#pull = pull;
    this.#since = pull.clock.monotonicMillis();
  }

  note(record: PullRecord): void {
    const didWait = this.#progress.waitsForRegistry;
    const isFurther = this.#progress.note(record);
    // While layers are extracted the registry is not waited for; its time begins anew after that.
    if (isFurther || !didWait) this.#since = this.#pull.clock.monotonicMillis();
    const bytes = this.#progress.downloadedBytes;
    if (bytes > this.#bytes) this.#pull.onBytes(bytes - this.#bytes);
    this.#bytes = bytes;
  }

  /** Throws DeadlineExceeded once the registry is stuck; never returns. */
  async watch(life: AbortSignal): Promise<never> {
    const { clock, reference, stallMillis } = this.#pull;
    for (;;) {
      const waits = this.#progress.waitsForRegistry;
      const left = waits ? this.#since + stallMillis - clock.monotonicMillis() : stallMillis;
      if (left <= 0) {
        const seconds = stallMillis / 1000;
        throw new CriError(
          "DeadlineExceeded",
          `pull of ${formatReference(reference)} made no progress for ${seconds}s: is its registry stuck?`,
        );
      }
      await clock.sleep(left, life);
    }
  }
}
