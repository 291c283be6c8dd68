import { subject } from "../metric-definition.ts";

/** Counted by whoever serves GetContainerEvents: a drop is an event that a client's full buffer could not take. */
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
    help: "Events that a client did not get since its buffer was full.",
    labels: {},
  },
});
