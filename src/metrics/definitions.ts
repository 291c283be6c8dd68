/** A metric as it is told to Prometheus. Units are base units and stand in the name. */
export interface MetricDefinition {
  readonly kind: "counter" | "histogram" | "gauge";
  readonly help: string;
  readonly labels: readonly string[];
  /** Upper bounds of a histogram's buckets, in the metric's unit. */
  readonly buckets?: readonly number[];
}

/** From half a millisecond, an answer from memory, to two minutes, where kubelets give up. */
const rpcBuckets = [
  0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120,
];
/** Child processes and engine calls: nothing is done in less than a millisecond. */
const workBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
const pullBuckets = [0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1800];

/** Every metric there is, by name. Labels never hold ids, names of pods or images: their number must not grow with use. */
export const metricDefinitions: Readonly<Record<string, MetricDefinition>> = {
  cri_ferry_rpc_duration_seconds: {
    kind: "histogram",
    help: "CRI calls answered, by RPC and gRPC code.",
    labels: ["rpc", "code"],
    buckets: rpcBuckets,
  },
  cri_ferry_docker_call_seconds: {
    kind: "histogram",
    help: "Calls to docker by route and outcome, OK or the error's gRPC name; of streams the time until they begin.",
    labels: ["call", "code"],
    buckets: workBuckets,
  },
  cri_ferry_network_plugin_seconds: {
    kind: "histogram",
    help: "Executions of CNI plugins; outcome is ok, refused (the plugin's own error) or broken.",
    labels: ["command", "plugin", "outcome"],
    buckets: workBuckets,
  },
  cri_ferry_network_deletions_owed: {
    kind: "gauge",
    help: "Pods whose network could not be taken down yet and is tried again.",
    labels: [],
  },
  cri_ferry_image_pull_seconds: {
    kind: "histogram",
    help: "Image pulls that ended, shared ones counted once; code is OK or the error's gRPC name.",
    labels: ["engine", "code"],
    buckets: pullBuckets,
  },
  cri_ferry_image_pulls_running: {
    kind: "gauge",
    help: "Image pulls under way.",
    labels: ["engine"],
  },
  cri_ferry_log_bytes_total: {
    kind: "counter",
    help: "Bytes written to CRI log files.",
    labels: [],
  },
  cri_ferry_log_records_total: {
    kind: "counter",
    help: "Log records translated; path is fast, or slow where a record needed a JSON parser.",
    labels: ["path"],
  },
  cri_ferry_log_damaged_lines_total: {
    kind: "counter",
    help: "Lines of engines' log files that hold no record.",
    labels: [],
  },
  cri_ferry_log_gaps_total: {
    kind: "counter",
    help: "Times that log records were gone before they were read; reason is rotated or truncated.",
    labels: ["reason"],
  },
  cri_ferry_log_lost_bytes_total: {
    kind: "counter",
    help: "Bytes of engines' log files known to be lost in such gaps, so at least.",
    labels: [],
  },
  cri_ferry_log_write_errors_total: {
    kind: "counter",
    help: "Writes to CRI log files that failed and are tried again.",
    labels: [],
  },
};
