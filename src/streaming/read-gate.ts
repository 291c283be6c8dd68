/** What is read from: a socket, or what stands before one. */
interface Readings {
  pause(): unknown;
  resume(): unknown;
}

/** What is kept for slow readers before the peer is no longer read, and when it is again. */
const manyBytes = 128 * 1024;
const fewBytes = 64 * 1024;
/** A peer that is not read is not seen to vanish either: it is spoken to, and its kernel answers for it. */
const probeMillis = 1_000;

/** Decides whether a socket is read: whoever sends more than is taken has to wait. */
export class ReadGate {
  readonly #socket: Readings;
  readonly #probe: () => void;
  #keptBytes = 0;
  /** Something else that the peer must do first. */
  #isHeld = false;
  #isPaused = false;
  #timer: NodeJS.Timeout | undefined;

  /** `probe` is called every second in which the peer is not read. */
  constructor(socket: Readings, probe: () => void) {
    this.#socket = socket;
    this.#probe = probe;
  }

  /** So many bytes more are kept for readers; a negative number: they took them. */
  keep(bytes: number): void {
    this.#keptBytes += bytes;
    this.#consider();
  }

  hold(isHeld: boolean): void {
    this.#isHeld = isHeld;
    this.#consider();
  }

  /** Everything is read from now on. */
  open(): void {
    this.#keptBytes = Number.NEGATIVE_INFINITY;
    this.hold(false);
    this.#unwatch();
  }

  #consider(): void {
    const limit = this.#isPaused ? fewBytes : manyBytes;
    const mustPause = this.#isHeld || this.#keptBytes > limit;
    if (mustPause === this.#isPaused) return;
    this.#isPaused = mustPause;
    if (mustPause) {
      this.#socket.pause();
      this.#watch();
    } else this.#socket.resume();
  }

  /** One timer for as long as the pauses last: under load there may be thousands in a second. */
  #watch(): void {
    this.#timer ??= setInterval(() => {
      if (this.#isPaused) this.#probe();
      else this.#unwatch();
    }, probeMillis);
  }

  #unwatch(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
