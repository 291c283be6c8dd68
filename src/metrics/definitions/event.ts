import { subject } from "../metric-definition.ts";

/** Counted where events are made from changes of records. */
export const eventMetrics = subject("Container events", {
  cri_ferry_event_clients: {
    kind: "gauge",
    help: "Clients of GetContainerEvents.",
    labels: {},
  },
  cri_ferry_events_total: {
    kind: "counter",
    help: "Container and sandbox events made, each counted once whatever the number of clients.",
    labels: { type: ["created", "started", "stopped", "deleted"] },
  },
  cri_ferry_events_dropped_total: {
    kind: "counter",
    help: "Events that were not told: to a client whose buffer was full, and which is told to list again, or kept in vain for the next client.",
    labels: { reason: ["slow-client", "nobody-listens"] },
  },
});
