import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

interface Waiting {
  readonly resolve: (answer: never) => void;
  readonly reject: (reason: Error) => void;
}

/** A program that answers each JSON object on its stdin with one on its stdout, in any order; `id` says which belongs to which. */
export class LineProcess<Request extends object, Answer extends object> implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #exited: Promise<unknown>;
  readonly #waiting = new Map<number, Waiting>();
  #count = 0;

  constructor(file: string, args: readonly string[]) {
    this.#child = spawn(file, args, { stdio: ["pipe", "pipe", "inherit"] });
    this.#exited = once(this.#child, "close").catch((thrown: unknown) => thrown);
    this.#child.stdin?.on("error", () => undefined);
    this.#child.on("close", () => this.#giveUp(new Error(`${file} has ended`)));
    this.#child.on("error", (error) => this.#giveUp(error));
    if (this.#child.stdout !== null) {
      createInterface({ input: this.#child.stdout }).on("line", (line) => this.#take(line));
    }
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Returns the answer; throws when the program ends before. */
  ask(request: Request): Promise<Answer> {
    this.#count += 1;
    const id = this.#count;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#child.stdin?.write(`${JSON.stringify({ ...request, id })}\n`);
    });
  }

  /** Ends it as a client that is killed. */
  async kill(): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.#exited;
  }

  /** Ends its stdin, with which it ends. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.stdin?.end();
    const timer = setTimeout(() => this.#child.kill("SIGKILL"), 5_000);
    await this.#exited;
    clearTimeout(timer);
  }

  #take(line: string): void {
    const answer = JSON.parse(line) as { readonly id: number };
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    waiting?.resolve(answer as never);
  }

  #giveUp(reason: Error): void {
    for (const { reject } of this.#waiting.values()) reject(reason);
    this.#waiting.clear();
  }
}
