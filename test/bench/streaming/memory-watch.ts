import { pssKib } from "../usage.ts";

const pauseMillis = 50;

/** Looks at a process's memory again and again. */
export class MemoryWatch {
  readonly #pid: number;
  readonly #timer: NodeJS.Timeout;
  #mostKib = 0;

  constructor(pid: number) {
    this.#pid = pid;
    this.#timer = setInterval(() => this.#look(), pauseMillis);
  }

  /** Returns the most that it was, in PSS MiB. */
  stop(): number {
    clearInterval(this.#timer);
    this.#look();
    return this.#mostKib / 1024;
  }

  #look(): void {
    this.#mostKib = Math.max(this.#mostKib, pssKib(this.#pid));
  }
}
