import { subject } from "../metric-definition.ts";
import { rpcBuckets, workBuckets } from "./buckets.ts";
import { code, engine } from "./labels.ts";

export const engineMetrics = subject("Engines", {
  cri_ferry_engine_ready: {
    kind: "gauge",
    help: "Whether the engine can run pods: 1 or 0.",
    labels: { engine },
  },
  cri_ferry_engine_network_ready: {
    kind: "gauge",
    help: "Whether new pods of the engine can be connected: 1 or 0.",
    labels: { engine },
  },
  cri_ferry_pod_sandboxes: {
    kind: "gauge",
    help: "Pod sandboxes by state.",
    labels: { engine, state: ["READY", "NOTREADY"] },
  },
  cri_ferry_containers: {
    kind: "gauge",
    help: "Containers by state, without those that only hold a pod's namespaces.",
    labels: { engine, state: ["CREATED", "RUNNING", "EXITED", "UNKNOWN"] },
  },
  cri_ferry_engine_operation_seconds: {
    kind: "histogram",
    help: "What an engine was asked to do for pods, containers and images, and how long it took; shared ones count once for each caller.",
    labels: { engine, operation: "part and method of the engine's interface", code },
    buckets: rpcBuckets,
  },
  cri_ferry_engine_call_seconds: {
    kind: "histogram",
    help: "Calls to the engine's API; of streams the time until they begin.",
    labels: { engine, call: "the API's routes, ids left out", code },
    buckets: workBuckets,
  },
  cri_ferry_engine_event_lag_seconds: {
    kind: "histogram",
    help: "From the moment that the engine gives an event until lists and statuses show what it tells.",
    labels: { engine },
    buckets: workBuckets,
  },
  cri_ferry_engine_resyncs_total: {
    kind: "counter",
    help: "Full lists read from the engine: after a connect, or to compare.",
    labels: { engine, reason: "connect or compare" },
  },
  cri_ferry_engine_drifts_total: {
    kind: "counter",
    help: "Objects that a comparison with the engine's list found changed or gone without an event.",
    labels: { engine },
  },
});
