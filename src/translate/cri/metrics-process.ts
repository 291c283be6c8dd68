import type { ProcessFigures } from "../../model/metrics.ts";
import { type MetricRow, type MetricValue, rowsOf } from "./metric-row.ts";

const counted = rowsOf("processes");
const { gauge } = rowsOf("cgroup");

/** cAdvisor also tells tasks that wait for a device; /proc does not tell these from others that cannot be interrupted. */
function taskStates({ tasks }: ProcessFigures): readonly MetricValue[] {
  if (tasks === undefined) return [];
  const { sleeping, running, stopped, uninterruptible } = tasks;
  return Object.entries({ sleeping, running, stopped, uninterruptible }).map(([state, value]) => ({
    value,
    labels: [state],
  }));
}

/** What the processes of a container have open and do. */
export const processMetrics: readonly MetricRow[] = [
  counted.gauge({
    name: "container_processes",
    help: "Processes.",
    from: ({ processes }) => processes,
  }),
  counted.gauge({
    name: "container_file_descriptors",
    help: "File descriptors that are open.",
    from: ({ fileDescriptors }) => fileDescriptors,
  }),
  counted.gauge({
    name: "container_sockets",
    help: "Sockets that are open.",
    from: ({ sockets }) => sockets,
  }),
  counted.gauge({
    name: "container_ulimits_soft",
    help: "Soft limits of the first process.",
    labels: ["ulimit"],
    from: ({ maxOpenFiles }) =>
      maxOpenFiles === undefined ? [] : [{ value: maxOpenFiles, labels: ["max_open_files"] }],
  }),
  counted.gauge({
    name: "container_tasks_state",
    help: "Threads by what they do.",
    labels: ["state"],
    from: taskStates,
  }),
  counted.gauge({
    name: "container_cpu_load_average_10s",
    help: "Threads that run or could run, averaged over ten seconds, times 1000.",
    from: ({ tasks }) => tasks?.loadMillis,
  }),
  counted.gauge({
    name: "container_cpu_load_d_average_10s",
    help: "Threads that cannot be interrupted, averaged over ten seconds, times 1000.",
    from: ({ tasks }) => tasks?.loadUninterruptibleMillis,
  }),
];

/** Threads and how many there may be. */
export const threadMetrics: readonly MetricRow[] = [
  gauge({
    name: "container_threads",
    help: "Threads.",
    from: ({ pids }) => pids?.threads,
  }),
  gauge({
    name: "container_threads_max",
    help: "Threads that there may be; 0: without limit.",
    from: ({ pids }) => pids && (pids.maxThreads ?? 0n),
  }),
];
