import { subject } from "../metric-definition.ts";
import { rpcBuckets } from "./buckets.ts";
import { code } from "./labels.ts";

export const rpcMetrics = subject("CRI calls", {
  cri_ferry_rpc_duration_seconds: {
    kind: "histogram",
    help: "CRI calls answered, and how long that took.",
    labels: { rpc: "the RPCs of the CRI", code },
    buckets: rpcBuckets,
  },
});
