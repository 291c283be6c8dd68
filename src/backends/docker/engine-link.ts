import { abandonable } from "../../host/abandonable.ts";
import { CriError, messageOf } from "../../model/error.ts";
import type { Clock, Log } from "../../model/ports.ts";
import type { Condition } from "../../model/runtime.ts";
import { ready } from "../../model/runtime.ts";
import type { DockerEvent, DockerInfo } from "../../translate/docker/api.ts";
import type { DockerHappening } from "../../translate/docker/events.ts";
import { readEvent } from "../../translate/docker/events.ts";
import type { DockerApi } from "./client.ts";
import { readInfo } from "./container-calls.ts";
import { openEvents } from "./event-stream.ts";
import type { Mirror } from "./mirror.ts";

type ExecDied = Extract<DockerHappening, { readonly type: "execDied" }>;

export interface EngineLinkOptions {
  readonly api: DockerApi;
  readonly mirror: Mirror;
  readonly clock: Clock;
  readonly log: Log;
  /** Work to do once after each connect, beside the events; must not reject. */
  readonly onConnect?: (signal: AbortSignal) => Promise<void>;
  /** An image came, went or changed its names. */
  readonly onImagesChanged?: () => void;
  /** An exec has ended, with its exit code. */
  readonly onExecDied?: (event: ExecDied) => void;
}

/** A dead engine closes the event stream at once; only a hung one is found by these. */
const pingEveryMillis = 5_000;
const pingTimeoutMillis = 5_000;
const compareEveryMillis = 60_000;
const firstRetryMillis = 250;
const lastRetryMillis = 5_000;
/** Covers the moment between dockerd's answer and its subscription. Events that we know are skipped. */
const replayNanos = 2_000_000_000n;

const notYet: Condition = {
  ok: false,
  reason: "DockerNotReached",
  message: "docker was not reached since the start",
};

/**
 * Keeps the mirror connected.
 *
 * ```
 *  negotiate ─▶ info ─▶ subscribe ─▶ list and look ─▶ ready: events, a ping every 5 s, a list every 60 s or when in doubt
 *      ▲                                                 │ stream closed, socket lost
 *      └────────────── wait 0.25 … 5 s ◀─────────────────┘   (a ping without answer: not ready, but still connected)
 * ```
 */
export class EngineLink {
  readonly #options: EngineLinkOptions;
  #condition = notYet;
  #info: DockerInfo | undefined;
  #retryMillis = firstRetryMillis;

  constructor(options: EngineLinkOptions) {
    this.#options = options;
  }

  condition(): Condition {
    return this.#condition;
  }

  /** What the engine last said of itself; kept while it is away. */
  info(): DockerInfo | undefined {
    return this.#info;
  }

  /** Connects, again and again, until the signal aborts. Never rejects. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await this.#connection(signal);
      } catch (thrown) {
        if (signal.aborted) return;
        this.#settle(conditionOf(thrown));
      }
      await this.#options.clock.sleep(this.#retryMillis, signal).catch(() => undefined);
      this.#retryMillis = Math.min(this.#retryMillis * 2, lastRetryMillis);
    }
  }

  /** Asks the engine what it is. Throws as `DockerApi.negotiate` does. */
  async introduce(signal: AbortSignal): Promise<void> {
    const { api } = this.#options;
    await api.negotiate(signal);
    this.#info = await readInfo(api, signal);
  }

  /** One connection's life; throws when it ends. */
  async #connection(signal: AbortSignal): Promise<void> {
    const { api, clock } = this.#options;
    const ending = new AbortController();
    const life = AbortSignal.any([signal, ending.signal]);
    await this.introduce(life);
    const events = await openEvents(api, clock.nowNanos() - replayNanos, life);
    const jobs = [this.#listen(events, life), this.#watch(life)];
    try {
      await Promise.race(jobs);
    } finally {
      ending.abort();
      await Promise.allSettled(jobs);
    }
  }

  async #listen(events: AsyncIterable<DockerEvent>, life: AbortSignal): Promise<void> {
    for await (const event of events) await this.#take(event, life);
    const { endpoint } = this.#options.api;
    throw new CriError("Unavailable", `docker at ${endpoint} closed its event stream`);
  }

  async #take(event: DockerEvent, life: AbortSignal): Promise<void> {
    const { api, mirror, onImagesChanged, onExecDied } = this.#options;
    const happening = readEvent(event);
    switch (happening?.type) {
      case "containerChanged":
      case "containerDied":
      case "containerGone":
        return mirror.note(happening, event.Actor?.Attributes ?? {}, life);
      case "execDied":
        return onExecDied?.(happening);
      case "imagesChanged":
        return onImagesChanged?.();
      case "engineReloaded":
        this.#info = await readInfo(api, life);
        return;
      case undefined:
        return;
    }
  }

  async #watch(life: AbortSignal): Promise<void> {
    await this.#options.mirror.resync(life);
    this.#retryMillis = firstRetryMillis;
    this.#settle(ready);
    // Files on a dead mount may hold its work up for ever: the connection's end does not wait for that.
    const told = Promise.resolve(this.#options.onConnect?.(life));
    await Promise.all([
      abandonable(told, life, "work after connecting to docker"),
      this.#pingOn(life),
    ]);
  }

  async #pingOn(life: AbortSignal): Promise<void> {
    const { mirror, clock } = this.#options;
    let comparedAt = clock.monotonicMillis();
    while (!life.aborted) {
      await clock.sleep(pingEveryMillis, life);
      if (!(await this.#ping(life))) continue;
      const isDue = mirror.doubted || clock.monotonicMillis() - comparedAt >= compareEveryMillis;
      if (!isDue && this.#condition.ok) continue;
      await mirror.compare(life);
      comparedAt = clock.monotonicMillis();
      this.#settle(ready);
    }
  }

  /** Returns false when the engine hangs; throws when it is gone. */
  async #ping(life: AbortSignal): Promise<boolean> {
    try {
      await this.#options.api.ping(pingTimeoutMillis, life);
      return true;
    } catch (thrown) {
      if (!(thrown instanceof CriError) || thrown.kind !== "DeadlineExceeded") throw thrown;
      this.#settle(conditionOf(thrown));
      return false;
    }
  }

  #settle(condition: Condition): void {
    const wasOk = this.#condition.ok;
    const isNews = this.#condition.reason !== condition.reason;
    this.#condition = condition;
    if (!isNews) return;
    const { log, api } = this.#options;
    const fields = { endpoint: api.endpoint, version: this.#info?.ServerVersion };
    if (condition.ok) log.info("docker is ready", fields);
    else
      log.warn(wasOk ? "docker is lost" : "docker cannot be used", {
        ...fields,
        reason: condition.reason,
        err: condition.message,
      });
  }
}

const reasons: Readonly<Partial<Record<CriError["kind"], string>>> = {
  Unavailable: "DockerUnreachable",
  DeadlineExceeded: "DockerHangs",
  FailedPrecondition: "DockerVersionUnsupported",
};

function conditionOf(thrown: unknown): Condition {
  const { kind } = CriError.from(thrown, "docker");
  return { ok: false, reason: reasons[kind] ?? "DockerFailed", message: messageOf(thrown) };
}
