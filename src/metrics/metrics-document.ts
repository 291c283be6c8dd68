import type { LabelValues, MetricDefinition, Subject } from "./metric-definition.ts";

/** Returns docs/metrics.md: a table for each subject. */
export function metricsDocument(subjects: readonly Subject[]): string {
  return [head, ...subjects.map(sectionOf)].join("\n");
}

const head = `# Metrics

Made from \`src/metrics/definitions.ts\` by \`npm run gen:metrics\`; not edited by hand. They are served at \`http://127.0.0.1:9419/metrics\`
(setting \`metrics.address\`), in Prometheus' text format or as OpenMetrics by the header Accept. Alerts: [alerts.md](alerts.md).

Counters and gauges whose labels have a fixed list of values are there from the start, at 0. No label holds an id or the name of a pod or image, so
the number of series does not grow with use.
`;

function sectionOf({ title, metrics }: Subject): string {
  const rows = Object.entries(metrics).map(([name, definition]) => rowOf(name, definition));
  return [
    "## " + title,
    "",
    "| metric | kind | labels | meaning |",
    "|---|---|---|---|",
    ...rows,
    "",
  ].join("\n");
}

function rowOf(name: string, { kind, labels, help }: MetricDefinition): string {
  const shown = Object.entries(labels).map(
    ([label, values]) => `\`${label}\`: ${valuesOf(values)}`,
  );
  return `| \`${name}\` | ${kind} | ${shown.join("; ")} | ${help} |`;
}

function valuesOf(values: LabelValues): string {
  return typeof values === "string" ? values : values.join(", ");
}
