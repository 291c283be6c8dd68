/** One create under way: the call that makes the object tells of it, so events of its name are kept back. */
export class Making implements Disposable {
  /** Once docker gave one. */
  id: string | undefined;
  #hasEnded = false;
  readonly #release: () => void;

  constructor(release: () => void) {
    this.#release = release;
  }

  /** Whether the object ended or was removed while it was being made. */
  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** Takes an event of that name. */
  note(action: string): void {
    if (action === "die" || action === "destroy") this.#hasEnded = true;
  }

  [Symbol.dispose](): void {
    this.#release();
  }
}
