import { JsonFileTranslator } from "../translate/log/json-file.ts";

/** What one slice of work needs and no container keeps: a buffer to read into and a translator with its output. */
export interface Lane {
  readonly buffer: Buffer;
  readonly translator: JsonFileTranslator;
}

/** A slice takes about half a millisecond of the event loop, 4 ms if every line is unusual (measured, 2 GHz). */
const sliceBytes = 256 * 1024;

/**
 * The few buffers that all containers share. Who needs one waits in line, so that a container with much to read has its turn
 * as often as the others. Made when first needed.
 */
export class Lanes {
  readonly #limit: number;
  readonly #free: Lane[] = [];
  readonly #waiting: ((lane: Lane) => void)[] = [];
  #made = 0;

  constructor(limit = 3) {
    this.#limit = limit;
  }

  /** Runs the work with a lane that is its own meanwhile. */
  async use<T>(work: (lane: Lane) => Promise<T>): Promise<T> {
    const lane = await this.#take();
    try {
      return await work(lane);
    } finally {
      this.#give(lane);
    }
  }

  #take(): Lane | Promise<Lane> {
    const lane = this.#free.pop();
    if (lane !== undefined) return lane;
    if (this.#made < this.#limit) {
      this.#made += 1;
      const buffer = Buffer.allocUnsafeSlow(sliceBytes);
      return { buffer, translator: new JsonFileTranslator(sliceBytes) };
    }
    const turn = Promise.withResolvers<Lane>();
    this.#waiting.push(turn.resolve);
    return turn.promise;
  }

  #give(lane: Lane): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#free.push(lane);
    else next(lane);
  }
}
