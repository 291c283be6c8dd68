/** Exit codes of execs as the event stream tells them, for those who wait for one. */
export class ExecEnds {
  readonly #waiting = new Map<string, (exitCode: number) => void>();

  /** Resolves with the exit code when the engine tells it; never rejects. `forget` must follow. */
  expect(execId: string): Promise<number> {
    return new Promise((resolve) => this.#waiting.set(execId, resolve));
  }

  forget(execId: string): void {
    this.#waiting.delete(execId);
  }

  /** Takes an event; one that nobody waits for is dropped. */
  note(execId: string, exitCode: number): void {
    this.#waiting.get(execId)?.(exitCode);
  }
}
