/** A query and how its series are named; empty: by Grafana. */
export interface Target {
  readonly expr: string;
  readonly legend: string;
}

/** What a panel shows; units are Grafana's words (`s`, `bytes`, `Bps`, `percentunit`, `short`, `ops`). */
export interface Panel {
  readonly kind: "stat" | "timeseries" | "table";
  readonly title: string;
  /** What an operator reads from it. */
  readonly description: string;
  readonly unit: string;
  readonly targets: readonly Target[];
  /** Where a stat turns red; undefined: never. */
  readonly redFrom?: number;
}

/** Panels under a heading. */
export interface Row {
  readonly title: string;
  readonly panels: readonly Panel[];
}

const ofNodes = 'job=~"$job",instance=~"$node"';

/** A selector of a metric on the nodes that are chosen; `labels` as in `code!="OK"`. */
export function on(metric: string, labels = ""): string {
  return `${metric}{${[ofNodes, labels].filter(Boolean).join(",")}}`;
}

/** What a counter grows by in a second. */
export function rate(metric: string, labels = ""): string {
  return `rate(${on(metric, labels)}[$__rate_interval])`;
}

/** A quantile of a histogram (name without `_bucket`), one series a value of `by`. */
export function quantile(
  q: number,
  histogram: string,
  { by = "", labels = "" }: { readonly by?: string; readonly labels?: string } = {},
): string {
  const kept = ["le", by].filter(Boolean).join(", ");
  return `histogram_quantile(${q}, sum by (${kept}) (${rate(`${histogram}_bucket`, labels)}))`;
}

type Shown = Omit<Panel, "kind" | "targets">;

/** A single figure. */
export function stat(shown: Shown, expr: string): Panel {
  return { kind: "stat", ...shown, targets: [{ expr, legend: "" }] };
}

/** Lines over time: legend → query. */
export function graph(shown: Shown, targets: Readonly<Record<string, string>>): Panel {
  const list = Object.entries(targets).map(([legend, expr]) => ({ legend, expr }));
  return { kind: "timeseries", ...shown, targets: list };
}

/** The series of now, a line each. */
export function table(shown: Shown, expr: string): Panel {
  return { kind: "table", ...shown, targets: [{ expr, legend: "" }] };
}
