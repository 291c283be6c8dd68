import { readdirSync, readFileSync } from "node:fs";
import { constants, PerformanceObserver, performance } from "node:perf_hooks";
import { getHeapStatistics } from "node:v8";
import type { PromMeter } from "./prom-meter.ts";

/** So often the event loop is asked how late it is: five wakings a second cost next to nothing. */
const delayMillis = 200;

const kindsOfGc: Readonly<Record<number, string>> = {
  [constants.NODE_PERFORMANCE_GC_MAJOR]: "major",
  [constants.NODE_PERFORMANCE_GC_MINOR]: "minor",
  [constants.NODE_PERFORMANCE_GC_INCREMENTAL]: "incremental",
  [constants.NODE_PERFORMANCE_GC_WEAKCB]: "weakcb",
};

/**
 * Adds figures of this process until it is disposed of. prom-client's own set is not used: of garbage collections that are told
 * together it counts one, its event-loop figures begin anew with every scrape, and it names gauges `_total`.
 */
export function watchProcess(meter: PromMeter, version: string): Disposable {
  collectFigures(meter);
  meter.collect("cri_ferry_build_info", () => [
    { value: 1, labels: { version, node: process.version } },
  ]);
  const collections = watchCollections(meter);
  const delays = watchDelays(meter);
  return {
    [Symbol.dispose]: () => {
      collections.disconnect();
      clearTimeout(delays);
    },
  };
}

function collectFigures(meter: PromMeter): void {
  const figures: Readonly<Record<string, () => number>> = {
    process_cpu_seconds_total: cpuSeconds,
    process_resident_memory_bytes: () => process.memoryUsage.rss(),
    process_virtual_memory_bytes: virtualBytes,
    // Without the one that the reading itself opens.
    process_open_fds: () => readdirSync("/proc/self/fd").length - 1,
    process_max_fds: maxFds,
    process_start_time_seconds: () => performance.timeOrigin / 1000,
    nodejs_heap_size_used_bytes: () => getHeapStatistics().used_heap_size,
    nodejs_heap_size_total_bytes: () => getHeapStatistics().total_heap_size,
    nodejs_heap_size_limit_bytes: () => getHeapStatistics().heap_size_limit,
    nodejs_external_memory_bytes: () => getHeapStatistics().external_memory,
    cri_ferry_event_loop_active_seconds_total: () =>
      performance.eventLoopUtilization().active / 1000,
  };
  for (const [name, read] of Object.entries(figures))
    meter.collect(name, () => [{ value: read() }]);
}

function watchCollections(meter: PromMeter): PerformanceObserver {
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      const { kind, seconds } = collectionOf(entry);
      meter.observe("nodejs_gc_duration_seconds", seconds, { kind });
    }
  });
  observer.observe({ entryTypes: ["gc"] });
  return observer;
}

/** The published types leave `detail` out. */
interface GcEntry {
  readonly duration: number;
  readonly detail?: { readonly kind: number };
}

function collectionOf({ duration, detail }: GcEntry): { kind: string; seconds: number } {
  return { kind: kindsOfGc[detail?.kind ?? 0] ?? "major", seconds: duration / 1000 };
}

/** A call that comes at any moment waits as long as this timer does beyond its time. */
function watchDelays(meter: PromMeter): NodeJS.Timeout {
  let due = performance.now() + delayMillis;
  const timer = setTimeout(() => {
    const late = Math.max(0, performance.now() - due);
    meter.observe("cri_ferry_event_loop_delay_seconds", late / 1000);
    due = performance.now() + delayMillis;
    timer.refresh();
  }, delayMillis);
  return timer.unref();
}

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

function virtualBytes(): number {
  const line = /^VmSize:\s+(\d+) kB$/m.exec(readFileSync("/proc/self/status", "utf8"));
  return Number(line?.[1]) * 1024;
}

/** "unlimited" is Infinity. */
function maxFds(): number {
  const line = /^Max open files +(\S+)/m.exec(readFileSync("/proc/self/limits", "utf8"));
  return line?.[1] === "unlimited" ? Number.POSITIVE_INFINITY : Number(line?.[1]);
}
