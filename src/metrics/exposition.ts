import type { MetricDefinition } from "./metric-definition.ts";

/** The formats that Prometheus reads. */
export type Format = "text" | "openmetrics";

/** Content types by format. */
export const contentTypes: Readonly<Record<Format, string>> = {
  text: "text/plain; version=0.0.4; charset=utf-8",
  openmetrics: "application/openmetrics-text; version=1.0.0; charset=utf-8",
};

/** A metric with its values, as prom-client hands them over. */
export interface Family {
  readonly name: string;
  readonly definition: MetricDefinition;
  readonly samples: readonly Sample[];
}

interface Sample {
  readonly labels: Readonly<Partial<Record<string, string | number>>>;
  readonly value: number;
  /** A histogram's parts have names of their own. */
  readonly metricName?: string;
}

/** Takes the header Accept of a request and returns the format that it prefers; text for whoever does not ask for the other. */
export function formatOf(accept: string | undefined): Format {
  const ranges = (accept ?? "").toLowerCase().split(",").map(readRange);
  const best = (matches: (range: Range) => boolean): number =>
    Math.max(0, ...ranges.filter(matches).map(({ weight }) => weight));
  const openmetrics = best(
    ({ type, version }) => type === "application/openmetrics-text" && version !== "0.0.1",
  );
  return openmetrics > 0 && openmetrics >= best(({ type }) => type === "text/plain")
    ? "openmetrics"
    : "text";
}

interface Range {
  readonly type: string;
  readonly version: string | undefined;
  readonly weight: number;
}

function readRange(text: string): Range {
  const [type = "", ...parameters] = text.split(";").map((part) => part.trim());
  const values = new Map(parameters.map((part) => [part.split("=")[0], part.split("=")[1]]));
  const weight = Number(values.get("q") ?? 1);
  return { type, version: values.get("version"), weight: Number.isNaN(weight) ? 0 : weight };
}

/**
 * Returns a metric's lines in a format. prom-client's own rendering renames the counters for good as soon as it has made OpenMetrics
 * once. Bounds of buckets are written alike in both formats, so that a change of format begins no new series.
 */
export function linesOf({ name, definition, samples }: Family, format: Format): string {
  const { kind, help } = definition;
  const family = format === "openmetrics" ? name.replace(/_total$/, "") : name;
  const unit = /_(seconds|bytes)$/.exec(family)?.[1];
  const head = [
    `# HELP ${family} ${escaped(help, format)}`,
    `# TYPE ${family} ${kind}`,
    ...(format === "openmetrics" && unit !== undefined ? [`# UNIT ${family} ${unit}`] : []),
  ];
  const body = samples.map(
    ({ metricName = name, labels, value }) => `${metricName}${labelText(labels)} ${number(value)}`,
  );
  return `${[...head, ...body].join("\n")}\n`;
}

/** What ends a page. */
export function endOf(format: Format): string {
  return format === "openmetrics" ? "# EOF\n" : "";
}

function labelText(labels: Sample["labels"]): string {
  const pairs = Object.entries(labels).map(
    ([name, value]) => `${name}="${typeof value === "number" ? bound(value) : quoted(value)}"`,
  );
  return pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
}

/** OpenMetrics wants bounds to be seen as fractions: 1.0. */
function bound(value: number): string {
  return Number.isInteger(value) ? `${value}.0` : `${value}`;
}

function number(value: number): string {
  if (Number.isFinite(value)) return `${value}`;
  if (Number.isNaN(value)) return "NaN";
  return value > 0 ? "+Inf" : "-Inf";
}

function quoted(value = ""): string {
  return escaped(value, "openmetrics");
}

function escaped(text: string, format: Format): string {
  const lines = text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
  return format === "openmetrics" ? lines.replaceAll('"', '\\"') : lines;
}
