import type { ContainerRecord, SandboxRecord } from "../backends/backend.ts";
import type { ContainerEventType } from "../model/event.ts";
import type { EngineName } from "../model/ids.ts";
import type { Clock, Meter } from "../model/ports.ts";
import { EventBacklog } from "./event-backlog.ts";
import { EventQueue } from "./event-queue.ts";
import type { Ledger } from "./ledger.ts";
import { podView } from "./pod-view.ts";
import type { ContainerEvent } from "./runtime.ts";
import { containerTransitions, sandboxTransitions } from "./transitions.ts";

/** An event weighs as much as it shows: the pod and each of its containers. */
const weightOf = ({ containers }: ContainerEvent): number => 1 + containers.length;
/** What may wait for one client, and what is kept while nobody listens: a thousand events of pods as they usually are. */
const bound = { limit: 4096, weightOf };
/** Kubelets that follow events list as often as that all the same. */
const backlogMillis = 5 * 60_000;

const clientsMetric = "cri_ferry_event_clients";
const eventsMetric = "cri_ferry_events_total";
const droppedMetric = "cri_ferry_events_dropped_total";

export interface PodEventsOptions {
  readonly ledger: Ledger;
  /** Whether what the engine runs was ever read: until then a record that is new tells of no change. */
  readonly knows: (engine: EngineName) => boolean;
  readonly clock: Clock;
  readonly meter: Meter;
}

interface Change {
  readonly id: string;
  readonly engine: EngineName;
  readonly transitions: readonly ContainerEventType[];
  readonly sandbox: SandboxRecord | undefined;
}

/**
 * Tells clients what happens to containers and sandboxes. Events follow from the ledger's changes, in the same turn: whoever hears
 * of one is answered accordingly, and each change is told once.
 */
export class PodEvents {
  readonly #options: PodEventsOptions;
  readonly #clients = new Set<EventQueue<ContainerEvent>>();
  readonly #backlog = new EventBacklog<ContainerEvent>(bound, backlogMillis);
  #lastNanos = 0n;

  constructor(options: PodEventsOptions) {
    this.#options = options;
    options.ledger.follow({
      sandbox: (before, after) => this.#sandboxChanged(before, after),
      container: (before, after) => this.#containerChanged(before, after),
    });
  }

  /**
   * What happens from now on until the signal aborts; for the first client after a time without any, what happened in that time comes
   * first. Throws CriError, ResourceExhausted when the caller has fallen too far behind: a gap would not be seen, this is.
   */
  async *subscribe(signal: AbortSignal): AsyncGenerator<ContainerEvent> {
    const queue = new EventQueue<ContainerEvent>(bound);
    if (this.#clients.size === 0) queue.push(...this.#backlog.handOver(this.#nowMillis()));
    this.#clients.add(queue);
    this.#showClients();
    try {
      yield* queue.take(signal);
    } finally {
      this.#leave(queue);
    }
  }

  #sandboxChanged(before: SandboxRecord | undefined, after: SandboxRecord | undefined): void {
    const record = after ?? before;
    if (record === undefined) return;
    const { id, engine } = record.sandbox;
    const transitions = sandboxTransitions(before?.facts, after?.facts);
    this.#tell({ id, engine, transitions, sandbox: after ?? this.#ended(record) });
  }

  #containerChanged(before: ContainerRecord | undefined, after: ContainerRecord | undefined): void {
    const container = (after ?? before)?.container;
    if (container === undefined) return;
    const { id, engine, sandboxId } = container;
    const transitions = containerTransitions(before?.facts, after?.facts);
    const sandbox = this.#options.ledger.sandboxes.get(sandboxId);
    this.#tell({ id, engine, transitions, sandbox });
  }

  #tell({ id, engine, transitions, sandbox }: Change): void {
    if (transitions.length === 0 || !this.#options.knows(engine)) return;
    const pod = sandbox && podView(this.#options.ledger, sandbox);
    const events = transitions.map((type) => ({
      id,
      type,
      createdAtNanos: this.#nextNanos(),
      sandbox: pod?.sandbox,
      containers: pod?.containers ?? [],
    }));
    for (const type of transitions)
      this.#options.meter.count(eventsMetric, { type: type.toLowerCase() });
    if (this.#clients.size === 0)
      this.#drop(this.#backlog.keep(events, this.#nowMillis()), "nobody-listens");
    for (const client of this.#clients) {
      const dropped = client.push(...events);
      if (dropped > 0) this.#leave(client);
      this.#drop(dropped, "slow-client");
    }
  }

  /** A sandbox that is no more, as it must be shown once more: kubelets forget a pod by it. */
  #ended({ sandbox, facts }: SandboxRecord): SandboxRecord {
    if (facts.finishedAtNanos > 0n) return { sandbox, facts };
    return {
      sandbox,
      facts: { ...facts, pid: 0, finishedAtNanos: this.#options.clock.nowNanos() },
    };
  }

  #leave(client: EventQueue<ContainerEvent>): void {
    if (this.#clients.delete(client)) this.#showClients();
  }

  #showClients(): void {
    this.#options.meter.gauge(clientsMetric, this.#clients.size);
  }

  #drop(count: number, reason: string): void {
    if (count > 0) this.#options.meter.count(droppedMetric, { reason }, count);
  }

  #nowMillis(): number {
    return this.#options.clock.monotonicMillis();
  }

  /** Later than that of any event before: kubelets pass over what is older than what they know. */
  #nextNanos(): bigint {
    const now = this.#options.clock.nowNanos();
    this.#lastNanos = now > this.#lastNanos ? now : this.#lastNanos + 1n;
    return this.#lastNanos;
  }
}
