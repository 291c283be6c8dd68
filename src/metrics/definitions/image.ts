import { subject } from "../metric-definition.ts";
import { code, engine } from "./labels.ts";

const pullBuckets = [0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1800];

export const imageMetrics = subject("Images", {
  cri_ferry_image_pull_seconds: {
    kind: "histogram",
    help: "Image pulls that ended, those that several callers shared counted once.",
    labels: { engine, code },
    buckets: pullBuckets,
  },
  cri_ferry_image_pull_bytes_total: {
    kind: "counter",
    help: "Bytes of layers that were downloaded, compressed as registries send them.",
    labels: { engine },
  },
  cri_ferry_image_pulls_running: {
    kind: "gauge",
    help: "Image pulls under way.",
    labels: { engine },
  },
});
