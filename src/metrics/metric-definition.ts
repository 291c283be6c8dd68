/** What a label may say: all of its values, or else a text that tells what bounds their number. */
export type LabelValues = readonly string[] | string;

interface Described {
  /** One sentence. */
  readonly help: string;
  /** By name. They never hold ids or names of pods or images: the number of series must not grow with use. */
  readonly labels: Readonly<Record<string, LabelValues>>;
}

/** Only grows. As a gauge, one whose labels are all lists stands at zero from the start, in every combination. */
interface CounterDefinition extends Described {
  readonly kind: "counter";
}

interface GaugeDefinition extends Described {
  readonly kind: "gauge";
}

interface HistogramDefinition extends Described {
  readonly kind: "histogram";
  /** Upper bounds of the buckets in the metric's unit, ascending. */
  readonly buckets: readonly number[];
}

/** A metric as it is told to Prometheus. Units are base units and stand in the name. */
export type MetricDefinition = CounterDefinition | GaugeDefinition | HistogramDefinition;

/** The kinds that a name allows, by Prometheus' rules and ours. */
type DefinitionOf<Name> = Name extends `${string}_total`
  ? CounterDefinition
  : Name extends `${string}_seconds`
    ? HistogramDefinition | GaugeDefinition
    : GaugeDefinition;

/** Metrics that belong together, under a heading of the documentation. */
export interface Subject {
  readonly title: string;
  readonly metrics: Readonly<Record<string, MetricDefinition>>;
}

/** Returns the metrics as a subject; the compiler checks that each one's kind is what its name says. */
export function subject<const Metrics extends { readonly [N in keyof Metrics]: DefinitionOf<N> }>(
  title: string,
  metrics: Metrics & Readonly<Record<string, MetricDefinition>>,
): Subject {
  return { title, metrics };
}
