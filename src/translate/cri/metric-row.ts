import type {
  CgroupFigures,
  LayerFigures,
  MetricFeature,
  ProcessFigures,
} from "../../model/metrics.ts";
import type { NetworkUsage } from "../../model/stats.ts";

/** Everything that the metrics of one container or one pod are made of; a part that is not known makes no metrics. */
export interface MetricParts {
  readonly cgroup: CgroupFigures | undefined;
  readonly processes: ProcessFigures | undefined;
  readonly layer: LayerFigures | undefined;
  readonly network: NetworkUsage | undefined;
  readonly life: LifeFigures | undefined;
  readonly oom: OomFigures | undefined;
}

/** What the runtime knows of a container without looking into it. */
interface LifeFigures {
  readonly timestampNanos: bigint;
  readonly createdAtNanos: bigint;
  /** 0n: never. */
  readonly startedAtNanos: bigint;
}

/** Told of containers that have ended, too: that is when it matters. */
interface OomFigures {
  readonly timestampNanos: bigint;
  readonly kills: bigint;
}

/** One value of a metric, and the values of its own labels. */
export interface MetricValue {
  readonly value: bigint;
  readonly labels: readonly string[];
}

/** A metric of cAdvisor's: its name, and how its values come from the figures. */
export interface MetricRow {
  readonly name: string;
  readonly help: string;
  readonly type: "COUNTER" | "GAUGE";
  /** Its labels besides those that every metric has. */
  readonly labels: readonly string[];
  /** undefined: every kernel shows it. */
  readonly needs: MetricFeature | undefined;
  readonly part: keyof MetricParts;
  /** cAdvisor tells limits and times of a life without the time of the look. */
  readonly timed: boolean;
  readonly values: (parts: MetricParts) => readonly MetricValue[];
}

type Figures<Part extends keyof MetricParts> = NonNullable<MetricParts[Part]>;

interface Spec<Part extends keyof MetricParts> {
  readonly name: string;
  readonly help: string;
  readonly labels?: readonly string[];
  readonly needs?: MetricFeature;
  readonly timed?: false;
  /** One value, none, or several with labels. */
  readonly from: (figures: Figures<Part>) => bigint | undefined | readonly MetricValue[];
}

/** Returns what makes rows out of one part of the figures. */
export function rowsOf<Part extends keyof MetricParts>(
  part: Part,
): Readonly<Record<"counter" | "gauge", (spec: Spec<Part>) => MetricRow>> {
  const row = (type: MetricRow["type"], spec: Spec<Part>): MetricRow => ({
    name: spec.name,
    help: spec.help,
    type,
    labels: spec.labels ?? [],
    needs: spec.needs,
    part,
    timed: spec.timed ?? true,
    values: (parts) => {
      const figures = parts[part];
      return figures === undefined ? [] : valuesOf(spec.from(figures as Figures<Part>));
    },
  });
  return {
    counter: (spec) => row("COUNTER", spec),
    gauge: (spec) => row("GAUGE", spec),
  };
}

const noLabels: readonly string[] = [];

function valuesOf(from: bigint | undefined | readonly MetricValue[]): readonly MetricValue[] {
  if (from === undefined) return [];
  return typeof from === "bigint" ? [{ value: from, labels: noLabels }] : from;
}

/** Returns a value for each of the items that has one. */
export function each<Item>(
  items: readonly Item[],
  labels: (item: Item) => readonly string[],
  value: (item: Item) => bigint | undefined,
): readonly MetricValue[] {
  return items.flatMap((item) => {
    const found = value(item);
    return found === undefined ? [] : [{ value: found, labels: labels(item) }];
  });
}

/** Whole seconds of a counter: the CRI's metrics hold no fractions, and a counter must not run ahead. */
export function seconds(nanos: bigint | undefined): bigint | undefined {
  return nanos === undefined ? undefined : nanos / 1_000_000_000n;
}
