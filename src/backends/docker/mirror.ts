import { CriError, messageOf } from "../../model/error.ts";
import type { Clock, Log, Meter } from "../../model/ports.ts";
import type {
  DockerContainerInspect,
  DockerContainerListEntry,
} from "../../translate/docker/api.ts";
import { typeLabel } from "../../translate/docker/labels.ts";
import type { ObjectEvent } from "../event-outlet.ts";
import { EventOutlet } from "../event-outlet.ts";
import type { DockerApi } from "./client.ts";
import { inspectContainer, listContainers } from "./container-calls.ts";
import { isNotFound } from "./errors.ts";
import { inspectOfListing, nameOfListing } from "./listing.ts";
import type { ContainerHappening } from "./making.ts";
import { Making } from "./making.ts";
import { forEachBounded } from "./parallel.ts";
import type { Seen, ShownObject, ShowObject } from "./seen.ts";
import { placeOf, SeenObjects } from "./seen.ts";

export interface MirrorOptions {
  readonly api: DockerApi;
  readonly clock: Clock;
  readonly log: Log;
  readonly meter: Meter;
  readonly show: ShowObject;
  /** Waits, not for long, until the log of a container that has ended is complete: only then its end is told. */
  readonly drained?: (id: string, signal: AbortSignal) => Promise<void>;
}

type Attributes = Readonly<Record<string, string>>;

interface Refreshing {
  again: boolean;
  readonly ended: PromiseWithResolvers<void>;
}

const eventLag = "cri_ferry_engine_event_lag_seconds";
const resyncs = "cri_ferry_engine_resyncs_total";
const drifts = "cri_ferry_engine_drifts_total";
const engine = { engine: "docker" } as const;

/** More at once only queue in dockerd. */
const inspectsAtOnce = 8;

/**
 * What docker has, in memory. Fed by events, full lists and our own looks, in whatever order they arrive: of two looks at an
 * object the one that was asked for later counts, and what was removed never comes back, since docker gives an id once.
 *
 * ```
 *  events ──▶ note ──▶ look (one inspect) ──▶ seen ──▶ outlet ──▶ runtime/
 *  resync: list ─▶ looks, 8 at once ─────────▶ seen ──▶ outlet (everything)
 *  our calls: look ─────────────────────────▶ seen      (the caller returns the facts itself)
 * ```
 */
export class Mirror {
  readonly outlet = new EventOutlet();
  readonly #options: MirrorOptions;
  readonly #seen = new SeenObjects();
  readonly #making = new Map<string, Making>();
  readonly #held = new Set<string>();
  /** By id, when the life that we end began. */
  readonly #killed = new Map<string, bigint>();
  #doubted = false;
  readonly #refreshing = new Map<string, Refreshing>();

  constructor(options: MirrorOptions) {
    this.#options = options;
    const { meter } = options;
    for (const reason of ["connect", "compare"]) meter.count(resyncs, { ...engine, reason }, 0);
    meter.count(drifts, engine, 0);
  }

  /** What was last seen of an object; undefined when docker has none of that id. */
  seen(id: string): Seen | undefined {
    return this.#seen.get(id);
  }

  /** Everything that was last seen. */
  all(): Iterable<Seen> {
    return this.#seen.all();
  }

  /** Says that a name is being created: events of it are not told until the result is disposed of. */
  making(name: string): Making {
    const making = new Making(() => this.#making.delete(name));
    this.#making.set(name, making);
    return making;
  }

  /** Says that the caller changes an object and will look itself: until the result is disposed of, only its end is told. */
  holding(id: string): Disposable {
    this.#held.add(id);
    return { [Symbol.dispose]: () => void this.#held.delete(id) };
  }

  /**
   * Says that the caller kills a container: if it ends so, that was the kill. Docker tells every container in which any process was
   * killed for want of memory as if that had ended it. The result takes it back, for one that did not run.
   */
  killing(id: string): { didNotRun(): void } {
    this.#killed.set(id, startOf(this.#seen.get(id)?.shown));
    return { didNotRun: () => void this.#killed.delete(id) };
  }

  /** Reads an object now and remembers it; tells no event but that it is gone. Throws with `isNotFound` when there is none. */
  async look(id: string, signal: AbortSignal): Promise<DockerContainerInspect> {
    const { api, clock } = this.#options;
    const readAtNanos = clock.nowNanos();
    const order = this.#seen.nextOrder();
    try {
      const inspect = await inspectContainer(api, id, signal);
      await this.#remember(inspect, { readAtNanos, order }, signal);
      return inspect;
    } catch (thrown) {
      if (isNotFound(thrown)) this.#tellGone(id);
      throw thrown;
    }
  }

  /** Forgets an object that we removed; a late event will not tell of it. */
  forget(id: string): void {
    this.#killed.delete(id);
    this.#seen.drop(id);
  }

  /** Resolves at the next news of an object; rejects when the signal aborts. */
  changed(id: string, signal: AbortSignal): Promise<void> {
    return this.#seen.changed(id, signal);
  }

  /** Takes one event of a container: what it tells is looked at and told in the background. `attributes`: its labels and `name`. */
  note(event: ContainerHappening, attributes: Attributes, signal: AbortSignal): void {
    const { id } = event;
    if (attributes[typeLabel] === undefined) return;
    const making = this.#making.get(attributes["name"] ?? "");
    if (making !== undefined) making.note(event);
    else if (event.type === "containerGone") {
      if (this.#tellGone(id)) this.#timed(event);
    } else if (!this.#isKnown(event)) void this.refresh(id, signal).then(() => this.#timed(event));
  }

  /** What the event tells was not known and is shown now. */
  #timed({ timeNanos }: ContainerHappening): void {
    const { clock, meter } = this.#options;
    const lag = Number(clock.nowNanos() - timeNanos) / 1e9;
    meter.observe(eventLag, Math.max(0, lag), engine);
  }

  /** Looks at an object and tells what it shows; never rejects. At most one look an object at once, and one more for all who asked meanwhile. */
  async refresh(id: string, signal: AbortSignal): Promise<void> {
    const running = this.#refreshing.get(id);
    if (running !== undefined) {
      running.again = true;
      return await running.ended.promise;
    }
    const state = { again: true, ended: Promise.withResolvers<void>() };
    this.#refreshing.set(id, state);
    try {
      while (state.again && !signal.aborted) {
        state.again = false;
        await this.#lookAndTell(id, signal);
      }
    } finally {
      this.#refreshing.delete(id);
      state.ended.resolve();
    }
  }

  /** Reads everything and tells it. One object that cannot be read is told as the list shows it. Throws when docker is lost. */
  async resync(signal: AbortSignal): Promise<void> {
    const listedAtMillis = this.#options.clock.monotonicMillis();
    const before = this.#seen.nextOrder();
    const listed = await listContainers(this.#options.api, signal);
    await forEachBounded(this.#told(listed), inspectsAtOnce, (entry) =>
      this.#lookAtListed(entry, signal),
    );
    // Not for good: it may be another engine that answers for a while.
    for (const id of this.#unlisted(listed, before)) this.#seen.lose(id);
    this.#options.meter.count(resyncs, { ...engine, reason: "connect" });
    this.#tellAll(listedAtMillis, listed);
  }

  /** Says that docker may have something that was not seen: an operation failed, and perhaps its undoing as well. */
  doubt(): void {
    this.#doubted = true;
  }

  /** Whether a `compare` should be soon. */
  get doubted(): boolean {
    return this.#doubted;
  }

  /** Compares docker's list with what was seen, looks at what differs, and tells everything: one call, for events that docker lost. */
  async compare(signal: AbortSignal): Promise<void> {
    this.#doubted = false;
    const listedAtMillis = this.#options.clock.monotonicMillis();
    const before = this.#seen.nextOrder();
    const listed = await listContainers(this.#options.api, signal);
    const gone = this.#unlisted(listed, before);
    for (const id of gone) this.#tellGone(id);
    const stale = this.#told(listed).filter((entry) => this.#isStale(entry));
    await forEachBounded(stale, inspectsAtOnce, (entry) => this.refresh(entry.Id, signal));
    const { meter } = this.#options;
    meter.count(resyncs, { ...engine, reason: "compare" });
    meter.count(drifts, engine, gone.length + stale.length);
    this.#tellAll(listedAtMillis, listed);
  }

  #tellAll(listedAtMillis: number, listed: readonly DockerContainerListEntry[]): void {
    // Not only what was listed: what events told of meanwhile is part of the truth by now.
    const shown = [...this.#seen.all()].filter((seen) => !this.#isMaking(seen.id));
    this.outlet.push({
      type: "resync",
      listedAtMillis,
      listed: listed.map((entry) => entry.Id),
      sandboxes: shown.flatMap((seen) => (seen.shown.type === "sandbox" ? seen.shown.record : [])),
      containers: shown.flatMap((seen) =>
        seen.shown.type === "container" ? seen.shown.record : [],
      ),
    });
  }

  #told(listed: readonly DockerContainerListEntry[]): readonly DockerContainerListEntry[] {
    return listed.filter((entry) => !this.#making.has(nameOfListing(entry)));
  }

  /** One that could only be told as the list shows it has no process; it is tried again. */
  #isStale({ Id, State }: DockerContainerListEntry): boolean {
    const seen = this.#seen.get(Id);
    return seen?.status !== State || (State === "running" && seen.pid === 0);
  }

  #isMaking(id: string): boolean {
    return [...this.#making.values()].some((making) => making.id === id);
  }

  /** What was seen before the list was asked for and is not on it. */
  #unlisted(listed: readonly DockerContainerListEntry[], before: number): readonly string[] {
    const there = new Set(listed.map((entry) => entry.Id));
    const seen = [...this.#seen.all()].filter(({ order }) => order < before);
    return seen.map(({ id }) => id).filter((id) => !there.has(id));
  }

  async #lookAtListed(entry: DockerContainerListEntry, signal: AbortSignal): Promise<void> {
    const readAtNanos = this.#options.clock.nowNanos();
    const order = this.#seen.nextOrder();
    try {
      await this.look(entry.Id, signal);
    } catch (thrown) {
      if (isNotFound(thrown)) return;
      if (signal.aborted || (thrown instanceof CriError && thrown.kind === "Unavailable"))
        throw thrown;
      this.#warn("container cannot be inspected", entry.Id, thrown);
      if (this.#seen.get(entry.Id) !== undefined) return;
      await this.#remember(inspectOfListing(entry), { readAtNanos, order }, signal);
    }
  }

  async #lookAndTell(id: string, signal: AbortSignal): Promise<void> {
    try {
      await this.look(id, signal);
      const seen = this.#seen.get(id);
      if (seen?.hasEnded === true) await this.#options.drained?.(id, signal);
      if (seen !== undefined) this.outlet.push(seen.shown);
    } catch (thrown) {
      if (isNotFound(thrown) || signal.aborted) return;
      this.#warn("container cannot be inspected", id, thrown);
    }
  }

  /** Whether that was news. */
  #tellGone(id: string): boolean {
    this.#killed.delete(id);
    const isNews = this.#seen.drop(id);
    if (isNews) this.outlet.push({ type: "gone", id } satisfies ObjectEvent);
    return isNews;
  }

  /**
   * A start that we saw the result of already, or the end of one that is known to have ended. Only a start is judged by wall
   * time: after a jump of the clock that costs no more than the next `compare`.
   */
  #isKnown(event: ContainerHappening): boolean {
    if (event.type === "containerChanged" && this.#held.has(event.id)) return true;
    const seen = this.#seen.get(event.id);
    if (seen === undefined) return this.#seen.wasDropped(event.id);
    return event.type === "containerDied" ? seen.hasEnded : event.timeNanos <= seen.readAtNanos;
  }

  async #remember(
    inspect: DockerContainerInspect,
    at: { readonly readAtNanos: bigint; readonly order: number },
    signal: AbortSignal,
  ): Promise<void> {
    try {
      const shown = await this.#options.show(inspect, signal);
      const place = placeOf(inspect);
      if (shown === undefined) return;
      const isKilled = place.hasEnded && this.#killed.get(inspect.Id) === startOf(shown);
      this.#seen.put({ ...at, ...place, shown: isKilled ? asKilled(shown) : shown });
    } catch (thrown) {
      if (signal.aborted) throw thrown;
      this.#warn("container cannot be read", inspect.Id, thrown);
    }
  }

  #warn(message: string, containerId: string, thrown: unknown): void {
    this.#options.log.warn(message, { containerId, err: messageOf(thrown) });
  }
}

function startOf(shown: ShownObject | undefined): bigint {
  return shown?.record.facts.startedAtNanos ?? 0n;
}

function asKilled(shown: ShownObject): ShownObject {
  if (shown.type === "sandbox") return shown;
  const { container, facts } = shown.record;
  return {
    type: "container",
    record: { container, facts: { ...facts, killed: true, oomKilled: false } },
  };
}
