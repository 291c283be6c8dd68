/** The metrics that this room counts; `metrics/definitions.ts` describes them. */
export const logMetrics = {
  /** Bytes of CRI lines written. */
  bytes: "cri_ferry_log_bytes_total",
  /** Records translated; label `path`: "fast", "slow" or "api". */
  records: "cri_ferry_log_records_total",
  /** Lines of a json-file that hold no record. */
  damaged: "cri_ferry_log_damaged_lines_total",
  /** Times that records were gone before they were read; label `reason`: "rotated" or "truncated". */
  gaps: "cri_ferry_log_gaps_total",
  /** Bytes of json-files known to be lost in such gaps, so at least. */
  lostBytes: "cri_ferry_log_lost_bytes_total",
  /** Writes to a CRI log file that failed and are tried again. */
  writeErrors: "cri_ferry_log_write_errors_total",
} as const;
