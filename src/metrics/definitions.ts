import { engineMetrics } from "./definitions/engine.ts";
import { eventMetrics } from "./definitions/event.ts";
import { imageMetrics } from "./definitions/image.ts";
import { logMetrics } from "./definitions/log.ts";
import { networkMetrics } from "./definitions/network.ts";
import { processMetrics } from "./definitions/process.ts";
import { rpcMetrics } from "./definitions/rpc.ts";
import { stateMetrics } from "./definitions/state.ts";
import { streamingMetrics } from "./definitions/streaming.ts";
import type { MetricDefinition, Subject } from "./metric-definition.ts";

/** Every metric there is, by subject; docs/metrics.md is made from this list (`npm run gen:metrics`). */
export const metricSubjects: readonly Subject[] = [
  rpcMetrics,
  engineMetrics,
  imageMetrics,
  networkMetrics,
  logMetrics,
  streamingMetrics,
  eventMetrics,
  stateMetrics,
  processMetrics,
];

/** Every metric there is, by name. */
export const metricDefinitions: Readonly<Record<string, MetricDefinition>> = Object.assign(
  {},
  ...metricSubjects.map(({ metrics }) => metrics),
);
