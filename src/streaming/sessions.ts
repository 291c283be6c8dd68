import { CriError } from "../model/error.ts";
import type { Clock, Log, Meter } from "../model/ports.ts";

const runningMetric = "cri_ferry_streaming_sessions_running";
const durationMetric = "cri_ferry_streaming_session_seconds";
const bytesMetric = "cri_ferry_streaming_bytes_total";
/** After its signal has aborted a session gets this long to tell its client why. */
const endingMillis = 400;
const leastLookMillis = 100;
const mostLookMillis = 30_000;

/** What a session is, for the log and the metrics. */
export interface SessionFacts {
  readonly kind: "exec" | "attach" | "portforward";
  readonly transport: "spdy" | "websocket";
  readonly protocol: string;
  /** Of the container, or of the pod for port-forward. */
  readonly id: string;
}

export interface SessionsOptions {
  readonly max: number;
  readonly idleMillis: number;
  readonly log: Log;
  readonly meter: Meter;
  readonly clock: Clock;
}

/** One client's session, from its upgrade until its connection is closed. */
export interface Session {
  /** Aborts when the client leaves, is idle for too long, or the server stops. */
  readonly signal: AbortSignal;
  /** Something came from the client (`in`) or went to it, with so many bytes of streams. */
  touch(direction: "in" | "out", bytes: number): void;
  /** How it ended, in words for the log; the first ones stay. */
  note(ending: string, isFailure: boolean): void;
  /** What closes the connection at once, if the session does not end by itself after its signal. */
  onOverdue(close: (reason: CriError) => void): void;
  /** The connection is closed. */
  close(reason: CriError | undefined): void;
}

/** All sessions: so many at most, none idle for too long, and all told when the server stops. */
export class Sessions {
  readonly #options: SessionsOptions;
  readonly #running = new Set<RunningSession>();
  #look: NodeJS.Timeout | undefined;
  #emptied = Promise.withResolvers<void>();
  #stopping: CriError | undefined;

  constructor(options: SessionsOptions) {
    this.#options = options;
  }

  get isFull(): boolean {
    return this.#running.size >= this.#options.max || this.#stopping !== undefined;
  }

  begin(facts: SessionFacts): Session {
    const session = new RunningSession(facts, this.#options, () => this.#end(session));
    this.#running.add(session);
    this.#count(facts);
    const { idleMillis } = this.#options;
    const pause = Math.min(Math.max(idleMillis / 4, leastLookMillis), mostLookMillis);
    this.#look ??= setInterval(() => this.#lookAround(), pause).unref();
    return session;
  }

  /** Ends every session; resolves when all connections are closed, less than a second later. */
  async stop(): Promise<void> {
    this.#stopping = new CriError("Unavailable", "cri-ferry is stopping");
    for (const session of this.#running) session.abort(this.#stopping);
    if (this.#running.size > 0) await this.#emptied.promise;
  }

  #end(session: RunningSession): void {
    this.#running.delete(session);
    this.#count(session.facts);
    if (this.#running.size > 0) return;
    clearInterval(this.#look);
    this.#look = undefined;
    this.#emptied.resolve();
    this.#emptied = Promise.withResolvers();
  }

  #count({ kind }: SessionFacts): void {
    const alike = [...this.#running].filter(({ facts }) => facts.kind === kind);
    this.#options.meter.gauge(runningMetric, alike.length, { kind });
  }

  #lookAround(): void {
    const { idleMillis, clock } = this.#options;
    const reason = new CriError("DeadlineExceeded", `idle for ${idleMillis / 1000} seconds`);
    for (const session of this.#running) {
      session.countBytes();
      if (clock.monotonicMillis() - session.touchedAtMillis >= idleMillis) session.abort(reason);
    }
  }
}

class RunningSession implements Session {
  readonly facts: SessionFacts;
  readonly #options: SessionsOptions;
  readonly #closed: () => void;
  readonly #controller = new AbortController();
  readonly #startedAtMillis: number;
  #overdue: NodeJS.Timeout | undefined;
  #closeNow: ((reason: CriError) => void) | undefined;
  #ending: string | undefined;
  #isFailure = false;
  #bytes = { in: 0, out: 0 };
  touchedAtMillis: number;

  constructor(facts: SessionFacts, options: SessionsOptions, closed: () => void) {
    this.facts = facts;
    this.#options = options;
    this.#closed = closed;
    this.#startedAtMillis = options.clock.monotonicMillis();
    this.touchedAtMillis = this.#startedAtMillis;
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  touch(direction: "in" | "out", bytes: number): void {
    this.touchedAtMillis = this.#options.clock.monotonicMillis();
    this.#bytes[direction] += bytes;
  }

  note(ending: string, isFailure: boolean): void {
    if (this.#ending !== undefined) return;
    this.#ending = ending;
    this.#isFailure = isFailure;
  }

  /** Now and then, since a metric costs more than a piece of data does. */
  countBytes(): void {
    const { in: inBytes, out } = this.#bytes;
    const { kind } = this.facts;
    this.#bytes = { in: 0, out: 0 };
    this.#options.meter.count(bytesMetric, { kind, direction: "in" }, inBytes);
    this.#options.meter.count(bytesMetric, { kind, direction: "out" }, out);
  }

  onOverdue(close: (reason: CriError) => void): void {
    this.#closeNow = close;
  }

  abort(reason: CriError): void {
    if (this.signal.aborted) return;
    this.note(reason.message, true);
    this.#controller.abort(reason);
    this.#overdue = setTimeout(() => this.#closeNow?.(reason), endingMillis);
  }

  close(reason: CriError | undefined): void {
    clearTimeout(this.#overdue);
    this.#controller.abort(reason ?? new CriError("Cancelled", "the session has ended"));
    this.#tell(reason);
    this.#closed();
  }

  #tell(reason: CriError | undefined): void {
    const { log, meter, clock } = this.#options;
    const { kind, transport, protocol, id } = this.facts;
    const durationMillis = clock.monotonicMillis() - this.#startedAtMillis;
    this.countBytes();
    const ended = this.#isFailure ? "failed" : "ok";
    const outcome = reason !== undefined && this.#ending === undefined ? "gone" : ended;
    meter.observe(durationMetric, durationMillis / 1000, { kind, protocol: transport, outcome });
    log.info("streaming session ended", {
      kind,
      transport,
      protocol,
      id,
      ending: this.#ending ?? reason?.message,
      durationMs: Math.round(durationMillis),
    });
  }
}
