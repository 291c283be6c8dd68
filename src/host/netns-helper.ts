import { type ChildProcess, spawn } from "node:child_process";
import { Socket } from "node:net";
import { extname } from "node:path";
import { fileURLToPath } from "node:url";
import { CriError, type CriErrorKind } from "../model/error.ts";

/** What the helper is asked. */
export interface DialRequest {
  readonly id: number;
  readonly port: number;
}

/** What it says: once that it is there, then an answer to each request, a connected one with the socket. */
export type DialAnswer =
  | { readonly type: "entered" }
  | { readonly type: "connected"; readonly id: number }
  | {
      readonly type: "failed";
      readonly id: number;
      readonly kind: CriErrorKind;
      readonly message: string;
    };

/** It does little: a small heap, and no threads beside. */
const nodeFlags = ["--max-old-space-size=32", "--v8-pool-size=0", "--single-threaded-gc"];
const maxWords = 1024;

/** The same name beside this file, `.ts` in `src` and `.js` in `dist`. */
const script = fileURLToPath(
  new URL(`./netns-dial-child${extname(import.meta.filename)}`, import.meta.url),
);

/** A process in another network namespace that connects there and hands the sockets over. */
export class NetnsHelper {
  readonly #child: ChildProcess;
  readonly #entered = Promise.withResolvers<void>();
  readonly #waiting = new Map<number, PromiseWithResolvers<Socket>>();
  readonly #ended = Promise.withResolvers<void>();
  #nextId = 1;
  #words = "";
  #isOver = false;

  /** Starts it; `path` is a namespace's file. */
  constructor(path: string) {
    const { PATH = "" } = process.env;
    const args = [`--net=${path}`, "--", process.execPath, ...nodeFlags, script];
    this.#child = spawn("nsenter", args, {
      stdio: ["ignore", "ignore", "pipe", "ipc"],
      env: { PATH },
    });
    this.#entered.promise.catch(() => undefined);
    this.#child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.#words = (this.#words + text).slice(0, maxWords);
    });
    this.#child.on("message", (answer, handle) => this.#take(answer as DialAnswer, handle));
    this.#child.on("error", (error) => this.#over(error.message));
    this.#child.on("exit", () => this.#over(this.#words.trim()));
  }

  /** Whether it takes no more requests. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Resolves when it is in the namespace; throws Unavailable when it cannot be. */
  async entered(): Promise<void> {
    await this.#entered.promise;
  }

  /** Connects to a port of localhost there. Throws as `dialLocalhost` does, Unavailable also when the helper ends. */
  async dial(port: number): Promise<Socket> {
    if (this.#isOver) throw over(this.#words.trim());
    const id = this.#nextId;
    this.#nextId += 1;
    const answer = Promise.withResolvers<Socket>();
    this.#waiting.set(id, answer);
    this.#child.send({ id, port } satisfies DialRequest, (error) => {
      if (error !== null) this.#over(error.message);
    });
    return await answer.promise;
  }

  /** Ends it and waits until it has. */
  async end(): Promise<void> {
    this.#over("");
    this.#child.kill("SIGKILL");
    await this.#ended.promise;
  }

  #take(answer: DialAnswer, handle: unknown): void {
    if (answer.type === "entered") return this.#entered.resolve();
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if (answer.type === "failed") {
      waiting?.reject(new CriError(answer.kind, answer.message));
    } else if (handle instanceof Socket) {
      // Its exit may be heard of before the last that it sent.
      if (waiting === undefined) handle.destroy();
      else waiting.resolve(prepared(handle));
    } else {
      // The other side has closed it on the way.
      waiting?.reject(new CriError("Unavailable", "the connection was closed at once"));
    }
  }

  #over(words: string): void {
    this.#isOver = true;
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) this.#ended.resolve();
    if (this.#child.pid === undefined) this.#ended.resolve();
    const error = over(words);
    this.#entered.reject(error);
    for (const waiting of this.#waiting.values()) waiting.reject(error);
    this.#waiting.clear();
  }
}

function prepared(socket: Socket): Socket {
  // Whoever reads it sees its close; an error that nobody listens to would end this process.
  socket.on("error", () => undefined);
  socket.allowHalfOpen = true;
  return socket;
}

function over(words: string): CriError {
  const why = words === "" ? "" : `: ${words}`;
  return new CriError("Unavailable", `the helper in the pod's network namespace ended${why}`);
}
