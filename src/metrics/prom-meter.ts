import { Counter, Gauge, Histogram, Registry } from "prom-client";
import { CriError } from "../model/error.ts";
import type { Log, Meter } from "../model/ports.ts";
import { type MetricDefinition, metricDefinitions } from "./definitions.ts";
import { registerProcessMetrics } from "./process-metrics.ts";

type Labels = Readonly<Record<string, string>>;

export interface PromMeterOptions {
  /** A wrong name or label is a defect of ours: `throw` shows it in tests, `log` keeps it from breaking a pod. */
  readonly onMisuse: "throw" | { readonly log: Log };
}

/** Counts for Prometheus, in a registry of its own. */
export class PromMeter implements Meter {
  readonly #registry = new Registry();
  readonly #counters = new Map<string, Counter>();
  readonly #histograms = new Map<string, Histogram>();
  readonly #gauges = new Map<string, Gauge>();
  readonly #misused = new Set<string>();
  readonly #options: PromMeterOptions;

  constructor(options: PromMeterOptions) {
    this.#options = options;
    for (const [name, definition] of Object.entries(metricDefinitions))
      this.#define(name, definition);
    registerProcessMetrics(this.#registry);
  }

  /** Adds to a counter, 1 when not said. Throws Internal for an unknown name or label when so configured. */
  count(metric: string, labels: Labels = {}, by = 1): void {
    this.#use(metric, () => known(this.#counters, metric).inc(labels, by));
  }

  /** Observes a value of a histogram. Throws as count does. */
  observe(metric: string, value: number, labels: Labels = {}): void {
    this.#use(metric, () => known(this.#histograms, metric).observe(labels, value));
  }

  /** Sets a gauge. Throws as count does. */
  gauge(metric: string, value: number, labels: Labels = {}): void {
    this.#use(metric, () => known(this.#gauges, metric).set(labels, value));
  }

  /** Returns everything in Prometheus' text format, whose content type is `contentType`. */
  async render(): Promise<string> {
    return await this.#registry.metrics();
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  #define(name: string, { kind, help, labels, buckets }: MetricDefinition): void {
    const configuration = { name, help, labelNames: [...labels], registers: [this.#registry] };
    if (kind === "counter") this.#counters.set(name, new Counter(configuration));
    else if (kind === "gauge") this.#gauges.set(name, new Gauge(configuration));
    else
      this.#histograms.set(
        name,
        new Histogram({ ...configuration, ...(buckets && { buckets: [...buckets] }) }),
      );
  }

  #use(metric: string, work: () => void): void {
    try {
      work();
    } catch (thrown) {
      if (this.#options.onMisuse === "throw") throw CriError.from(thrown, `metric ${metric}`);
      if (this.#misused.has(metric)) return;
      this.#misused.add(metric);
      this.#options.onMisuse.log.error("a metric is used wrongly", { metric, err: String(thrown) });
    }
  }
}

function known<T>(metrics: ReadonlyMap<string, T>, name: string): T {
  const metric = metrics.get(name);
  if (metric === undefined) throw new Error("no such metric of this kind is defined");
  return metric;
}
