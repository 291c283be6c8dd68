import { subject } from "../metric-definition.ts";

/** Names and meanings that Prometheus' own clients have; figures of the daemon alone, without its children. */
export const processMetrics = subject("The daemon itself", {
  cri_ferry_build_info: {
    kind: "gauge",
    help: "Always 1; the labels tell what runs.",
    labels: { version: "one a process", node: "Node's version, one a process" },
  },
  cri_ferry_event_loop_delay_seconds: {
    kind: "histogram",
    help: "How much later than asked a timer of the event loop came, five times a second: what a call waits before it is looked at.",
    labels: {},
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
  },
  cri_ferry_event_loop_active_seconds_total: {
    kind: "counter",
    help: "Time that the event loop was busy.",
    labels: {},
  },
  nodejs_gc_duration_seconds: {
    kind: "histogram",
    help: "Garbage collections by kind.",
    labels: { kind: ["minor", "major", "incremental", "weakcb"] },
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1],
  },
  nodejs_heap_size_used_bytes: {
    kind: "gauge",
    help: "JavaScript heap in use.",
    labels: {},
  },
  nodejs_heap_size_total_bytes: {
    kind: "gauge",
    help: "JavaScript heap that is reserved.",
    labels: {},
  },
  nodejs_heap_size_limit_bytes: {
    kind: "gauge",
    help: "Size beyond which the JavaScript heap cannot grow: the process would end.",
    labels: {},
  },
  nodejs_external_memory_bytes: {
    kind: "gauge",
    help: "Memory outside of the heap that objects in it hold, as buffers do.",
    labels: {},
  },
  process_cpu_seconds_total: {
    kind: "counter",
    help: "CPU time, user and system.",
    labels: {},
  },
  process_resident_memory_bytes: {
    kind: "gauge",
    help: "Memory that is in RAM.",
    labels: {},
  },
  process_virtual_memory_bytes: {
    kind: "gauge",
    help: "Address space.",
    labels: {},
  },
  process_open_fds: {
    kind: "gauge",
    help: "Open file descriptors.",
    labels: {},
  },
  process_max_fds: {
    kind: "gauge",
    help: "File descriptors that may be open.",
    labels: {},
  },
  process_start_time_seconds: {
    kind: "gauge",
    help: "Start of the process since 1970.",
    labels: {},
  },
});
