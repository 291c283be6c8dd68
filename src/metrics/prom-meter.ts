import { setImmediate } from "node:timers/promises";
import { Counter, Gauge, Histogram } from "prom-client";
import { CriError } from "../model/error.ts";
import type { CounterName, GaugeName, HistogramName, Log, Meter } from "../model/ports.ts";
import { metricDefinitions } from "./definitions.ts";
import { contentTypes, endOf, formatOf, linesOf } from "./exposition.ts";
import type { LabelValues, MetricDefinition } from "./metric-definition.ts";

type Labels = Readonly<Record<string, string>>;

export interface PromMeterOptions {
  /** A wrong name or label is a defect of ours: `throw` shows it in tests, `log` keeps it from breaking a pod. */
  readonly onMisuse: "throw" | { readonly log: Log };
}

/** What a metric read at a scrape stands at. */
export interface CollectedValue {
  readonly value: number;
  readonly labels?: Labels;
}

/** All metrics in the format that was asked for. */
export interface MetricsPage {
  readonly contentType: string;
  readonly body: string;
}

/** A page of thousands of series is made in pieces: nothing else waits longer than this for the event loop. */
const pieceMillis = 4;

/** Counts for Prometheus. Every metric of the list is there from the start. */
export class PromMeter implements Meter {
  readonly #counters = new Map<string, Counter>();
  readonly #histograms = new Map<string, Histogram>();
  readonly #gauges = new Map<string, Gauge>();
  readonly #readers = new Map<string, () => Promise<readonly CollectedValue[]>>();
  readonly #misused = new Set<string>();
  readonly #options: PromMeterOptions;

  constructor(options: PromMeterOptions) {
    this.#options = options;
    for (const [name, definition] of Object.entries(metricDefinitions))
      this.#define(name, definition);
  }

  /** Adds to a counter, 1 when not said. Throws Internal for an unknown name or label when so configured. */
  count(metric: CounterName, labels: Labels = {}, by = 1): void {
    this.#use(metric, () => known(this.#counters, metric).inc(labels, by));
  }

  /** Observes a value of a histogram. Throws as count does. */
  observe(
    metric: HistogramName | "nodejs_gc_duration_seconds",
    value: number,
    labels: Labels = {},
  ): void {
    this.#use(metric, () => known(this.#histograms, metric).observe(labels, value));
  }

  /** Sets a gauge. Throws as count does. */
  gauge(metric: GaugeName, value: number, labels: Labels = {}): void {
    this.#use(metric, () => known(this.#gauges, metric).set(labels, value));
  }

  /** Has the values of a gauge or counter read at every scrape instead of counting them along. One whose reading throws is left out. */
  collect(
    metric: string,
    read: () => readonly CollectedValue[] | Promise<readonly CollectedValue[]>,
  ): void {
    this.#use(metric, () =>
      known(metric.endsWith("_total") ? this.#counters : this.#gauges, metric),
    );
    this.#readers.set(metric, async () => await read());
  }

  /** Returns everything in the format that the header Accept asks for. */
  async render(accept?: string): Promise<MetricsPage> {
    const format = formatOf(accept);
    const pieces: string[] = [];
    let begun = performance.now();
    for (const [name, definition] of Object.entries(metricDefinitions)) {
      const samples = await this.#samplesOf(name);
      if (samples !== undefined) pieces.push(linesOf({ name, definition, samples }, format));
      if (performance.now() - begun < pieceMillis) continue;
      await setImmediate();
      begun = performance.now();
    }
    return { contentType: contentTypes[format], body: pieces.join("") + endOf(format) };
  }

  /** undefined when it could not be read: a gap in a graph is the truth then, a page without the rest is not. */
  async #samplesOf(name: string): Promise<readonly Sample[] | undefined> {
    const read = this.#readers.get(name);
    if (read === undefined) {
      const metric =
        this.#counters.get(name) ?? this.#gauges.get(name) ?? known(this.#histograms, name);
      return (await metric.get()).values;
    }
    const values = await read().catch((thrown: unknown) => this.#misuse(name, thrown));
    return values?.map(({ value, labels = {} }) => ({ value, labels }));
  }

  #define(name: string, definition: MetricDefinition): void {
    const { kind, help, labels } = definition;
    const configuration = { name, help, labelNames: Object.keys(labels), registers: [] };
    const initial = combinations(Object.entries(labels));
    if (kind === "histogram") {
      const buckets = [...definition.buckets];
      this.#histograms.set(name, new Histogram({ ...configuration, buckets }));
    } else if (kind === "gauge") {
      const gauge = new Gauge(configuration);
      this.#gauges.set(name, gauge);
      for (const combination of initial) gauge.set(combination, 0);
    } else {
      const counter = new Counter(configuration);
      this.#counters.set(name, counter);
      for (const combination of initial) counter.inc(combination, 0);
    }
  }

  #use(metric: string, work: () => void): void {
    try {
      work();
    } catch (thrown) {
      this.#misuse(metric, thrown);
    }
  }

  #misuse(metric: string, thrown: unknown): undefined {
    if (this.#options.onMisuse === "throw") throw CriError.from(thrown, `metric ${metric}`);
    if (this.#misused.has(metric)) return;
    this.#misused.add(metric);
    this.#options.onMisuse.log.error("a metric is used wrongly", { metric, err: String(thrown) });
  }
}

type Sample = Parameters<typeof linesOf>[0]["samples"][number];

function known<T>(metrics: ReadonlyMap<string, T>, name: string): T {
  const metric = metrics.get(name);
  if (metric === undefined) throw new Error("no such metric of this kind is defined");
  return metric;
}

/** Every combination of labels whose values are listed; none when some label's are not. */
function combinations(labels: readonly (readonly [string, LabelValues])[]): readonly Labels[] {
  const [first, ...rest] = labels;
  if (first === undefined) return [{}];
  const [name, values] = first;
  if (typeof values === "string") return [];
  return combinations(rest).flatMap((others) =>
    values.map((value) => ({ [name]: value, ...others })),
  );
}
