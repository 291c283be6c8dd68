import { readdirSync } from "node:fs";
import { performance } from "node:perf_hooks";
import { Counter, Gauge, type Registry } from "prom-client";

/**
 * Adds figures of this process, taken when somebody scrapes them. prom-client's own set would keep a timer running for the
 * event loop's delay, which an idle daemon should not.
 */
export function registerProcessMetrics(registry: Registry): void {
  gauge("process_resident_memory_bytes", "Memory that is in RAM.", () => process.memoryUsage.rss());
  gauge("process_heap_bytes", "JavaScript heap in use.", () => process.memoryUsage().heapUsed);
  gauge(
    "process_open_fds",
    "Open file descriptors.",
    () => readdirSync("/proc/self/fd").length - 1,
  );
  gauge(
    "process_start_time_seconds",
    "Start of the process since 1970.",
    () => performance.timeOrigin / 1000,
  );
  growing(
    "process_cpu_seconds_total",
    "CPU time of the daemon itself, without its children.",
    cpuSeconds,
  );
  growing(
    "cri_ferry_event_loop_active_seconds_total",
    "Time that the event loop was busy.",
    activeSeconds,
  );

  function gauge(name: string, help: string, value: () => number): void {
    registry.registerMetric(
      new Gauge({
        name,
        help,
        registers: [],
        collect() {
          this.set(value());
        },
      }),
    );
  }

  function growing(name: string, help: string, total: () => number): void {
    registry.registerMetric(
      new Counter({
        name,
        help,
        registers: [],
        collect() {
          this.reset();
          this.inc(total());
        },
      }),
    );
  }
}

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

function activeSeconds(): number {
  return performance.eventLoopUtilization().active / 1000;
}
