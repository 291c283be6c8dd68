import type { MetricRow } from "./metric-row.ts";
import { cpuMetrics, pressureMetrics } from "./metrics-cpu.ts";
import { ioCostMetrics, ioMetrics, layerMetrics } from "./metrics-io.ts";
import { hugetlbMetrics, memoryMetrics } from "./metrics-memory.ts";
import { networkMetrics } from "./metrics-network.ts";
import { processMetrics, threadMetrics } from "./metrics-process.ts";
import { lifeMetrics, limitMetrics } from "./metrics-spec.ts";

/**
 * Every metric that containers and pods have, by the names that cAdvisor gave them. Which of cAdvisor's are not there and why:
 * docs/metrics-cadvisor.md.
 */
export const metricTable: readonly MetricRow[] = [
  ...lifeMetrics,
  ...cpuMetrics,
  ...pressureMetrics,
  ...memoryMetrics,
  ...hugetlbMetrics,
  ...ioMetrics,
  ...ioCostMetrics,
  ...layerMetrics,
  ...networkMetrics,
  ...processMetrics,
  ...threadMetrics,
  ...limitMetrics,
];

/** The labels that every metric has, before its own. */
export const commonLabels = ["id", "name", "image", "pod", "namespace", "container"] as const;
