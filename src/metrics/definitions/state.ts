import { subject } from "../metric-definition.ts";

const kind = ["sandbox", "container", "engine"] as const;

export const stateMetrics = subject("State on disk", {
  cri_ferry_state_write_errors_total: {
    kind: "counter",
    help: "State files that could not be written or removed.",
    labels: { kind },
  },
  cri_ferry_state_rejected_files_total: {
    kind: "counter",
    help: "State files that could not be used at the start: damaged, of another version, or not readable.",
    labels: { kind, reason: ["damaged", "version", "unreadable"] },
  },
  cri_ferry_state_quarantined_files: {
    kind: "gauge",
    help: "Damaged state files that lie in the quarantine folder, of earlier processes too.",
    labels: {},
  },
});
