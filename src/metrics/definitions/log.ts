import { subject } from "../metric-definition.ts";

export const logMetrics = subject("Container logs", {
  cri_ferry_log_bytes_total: {
    kind: "counter",
    help: "Bytes written to CRI log files.",
    labels: {},
  },
  cri_ferry_log_records_total: {
    kind: "counter",
    help: "Log records translated; slow are those that needed a JSON parser, api those that came by the engine's API.",
    labels: { path: ["fast", "slow", "api"] },
  },
  cri_ferry_log_followed: {
    kind: "gauge",
    help: "Containers whose log an engine writes and is translated.",
    labels: {},
  },
  cri_ferry_log_lag_bytes: {
    kind: "gauge",
    help: "Bytes of engines' log files that are not in CRI log files yet, of all containers.",
    labels: {},
  },
  cri_ferry_log_lag_largest_bytes: {
    kind: "gauge",
    help: "The same of the container that is furthest behind; beyond logs.dockerBuffer records are lost.",
    labels: {},
  },
  cri_ferry_log_damaged_lines_total: {
    kind: "counter",
    help: "Lines of engines' log files that hold no record.",
    labels: {},
  },
  cri_ferry_log_gaps_total: {
    kind: "counter",
    help: "Times that log records were gone before they were read.",
    labels: { reason: ["rotated", "truncated"] },
  },
  cri_ferry_log_lost_bytes_total: {
    kind: "counter",
    help: "Bytes of engines' log files known to be lost in such gaps, so at least.",
    labels: {},
  },
  cri_ferry_log_write_errors_total: {
    kind: "counter",
    help: "Writes to CRI log files that failed and are tried again.",
    labels: {},
  },
});
