import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { openSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

interface Start {
  readonly file: string;
  readonly args: readonly string[];
  /** Gets the process's stdout and stderr. */
  readonly logFile: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** A server that a test starts and stops. It leads a process group of its own, so that ctrl-C reaches the test first. */
export class ServerProcess {
  readonly #child: ChildProcess;
  readonly #start: Start;
  readonly #exited: Promise<unknown>;

  constructor(start: Start) {
    const log = openSync(start.logFile, "a");
    this.#start = start;
    this.#child = spawn(start.file, start.args, {
      stdio: ["ignore", log, log],
      detached: true,
      env: { ...process.env, ...start.env },
    });
    this.#exited = once(this.#child, "exit").catch((thrown: unknown) => thrown);
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  get running(): boolean {
    return this.pid !== 0 && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** 128 + n style is not used: undefined while it runs or when a signal ended it. */
  get exitCode(): number | undefined {
    return this.#child.exitCode ?? undefined;
  }

  /** The last lines that it wrote. */
  logTail(lines = 30): string {
    return readFileSync(this.#start.logFile, "utf8").split("\n").slice(-lines).join("\n");
  }

  /** Waits until `probe` returns true; ends the process and throws with its log's end when that takes too long. */
  async ready(probe: () => Promise<boolean>, deadlineMillis = 30_000): Promise<void> {
    const end = performance.now() + deadlineMillis;
    while (!(await probe().catch(() => false))) {
      if (!this.running || performance.now() > end) {
        await this.stop();
        throw new Error(`${this.#start.file} did not get ready:\n${this.logTail()}`);
      }
      await sleep(50);
    }
  }

  kill(signal: NodeJS.Signals): void {
    if (this.running) this.#child.kill(signal);
  }

  /** Asks it to end, kills it after the grace period, and returns when it has ended. */
  async stop(graceMillis = 10_000): Promise<void> {
    if (!this.running) return;
    this.kill("SIGTERM");
    const timer = setTimeout(() => this.kill("SIGKILL"), graceMillis);
    await this.#exited;
    clearTimeout(timer);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }
}
