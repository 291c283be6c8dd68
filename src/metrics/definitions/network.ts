import { subject } from "../metric-definition.ts";
import { workBuckets } from "./buckets.ts";

export const networkMetrics = subject("Pod network", {
  cri_ferry_network_plugin_seconds: {
    kind: "histogram",
    help: "Executions of CNI plugins; refused is the plugin's own error, broken anything else.",
    labels: {
      command: "the CNI's commands",
      plugin: "the plugins that the node's CNI configurations name",
      outcome: ["ok", "refused", "broken"],
    },
    buckets: workBuckets,
  },
  cri_ferry_network_deletions_owed: {
    kind: "gauge",
    help: "Pods whose network could not be taken down yet and is tried again.",
    labels: {},
  },
});
