import { graph, on, quantile, type Row, rate, table } from "./panel.ts";
import { spread } from "./spread.ts";

const plugin = "cri_ferry_network_plugin_seconds";
const pull = "cri_ferry_image_pull_seconds";
const loop = "cri_ferry_event_loop_delay_seconds";

/** Container logs. */
export const logs: Row = {
  title: "Container logs",
  panels: [
    graph(
      { title: "Written", unit: "Bps", description: "Bytes of CRI log files." },
      { "{{instance}}": `sum by (instance) (${rate("cri_ferry_log_bytes_total")})` },
    ),
    graph(
      {
        title: "Lag",
        unit: "bytes",
        description:
          "What engines wrote and CRI logs lack. Beyond logs.dockerBuffer a container's records are lost.",
      },
      {
        "{{instance}} all": on("cri_ferry_log_lag_bytes"),
        "{{instance}} furthest behind": on("cri_ferry_log_lag_largest_bytes"),
      },
    ),
    graph(
      {
        title: "Lost, damaged, not written",
        unit: "ops",
        description:
          "Gaps by reason, lines that are no records, and writes that failed (a full disk).",
      },
      {
        "gap: {{reason}}": `sum by (reason) (${rate("cri_ferry_log_gaps_total")})`,
        damaged: `sum(${rate("cri_ferry_log_damaged_lines_total")})`,
        "write errors": `sum(${rate("cri_ferry_log_write_errors_total")})`,
      },
    ),
    graph(
      { title: "Records", unit: "ops", description: "Slow ones hold escapes and cost more." },
      { "{{path}}": `sum by (path) (${rate("cri_ferry_log_records_total")})` },
    ),
    graph(
      { title: "Bytes lost", unit: "Bps", description: "Known to be lost, so at least." },
      { "{{instance}}": `sum by (instance) (${rate("cri_ferry_log_lost_bytes_total")})` },
    ),
    graph(
      { title: "Followed", unit: "short", description: "Containers whose log is translated." },
      { "{{instance}}": on("cri_ferry_log_followed") },
    ),
  ],
};

/** Pulls and CNI. */
export const imagesAndNetwork: Row = {
  title: "Images and pod network",
  panels: [
    graph(
      { title: "Pulls: time", unit: "s", description: "Of pulls that succeeded." },
      spread(pull, 'code="OK"'),
    ),
    graph(
      { title: "Pulls", unit: "ops", description: "By outcome." },
      { "{{code}}": `sum by (code) (${rate(`${pull}_count`)})` },
    ),
    graph(
      { title: "Downloaded", unit: "Bps", description: "Compressed bytes of layers." },
      {
        "{{instance}} {{engine}}": `sum by (instance, engine) (${rate("cri_ferry_image_pull_bytes_total")})`,
      },
    ),
    graph(
      { title: "CNI calls: p95", unit: "s", description: "By command and plugin." },
      { "{{command}} {{plugin}}": quantile(0.95, plugin, { by: "command, plugin" }) },
    ),
    graph(
      {
        title: "CNI calls by outcome",
        unit: "ops",
        description:
          "refused: the plugin's own error, as an exhausted address range; broken: it could not be run or understood.",
      },
      { "{{plugin}} {{outcome}}": `sum by (plugin, outcome) (${rate(`${plugin}_count`)})` },
    ),
    graph(
      {
        title: "Network deletions owed",
        unit: "short",
        description: "Pods whose addresses are not given back yet.",
      },
      { "{{instance}}": on("cri_ferry_network_deletions_owed") },
    ),
  ],
};

/** exec, attach, port-forward, and GetContainerEvents. */
export const streams: Row = {
  title: "Streams and events",
  panels: [
    graph(
      { title: "Streaming sessions", unit: "short", description: "exec, attach, port-forward." },
      { "{{kind}}": `sum by (kind) (${on("cri_ferry_streaming_sessions_running")})` },
    ),
    graph(
      {
        title: "Streaming sessions that ended",
        unit: "ops",
        description: "gone: the client left; failed: an error of the daemon or the engine.",
      },
      {
        "{{kind}} {{outcome}}": `sum by (kind, outcome) (${rate("cri_ferry_streaming_session_seconds_count")})`,
      },
    ),
    graph(
      { title: "Streamed", unit: "Bps", description: "in is from the client." },
      {
        "{{kind}} {{direction}}": `sum by (kind, direction) (${rate("cri_ferry_streaming_bytes_total")})`,
      },
    ),
    graph(
      { title: "Streaming requests refused", unit: "ops", description: "By reason." },
      { "{{reason}}": `sum by (reason) (${rate("cri_ferry_streaming_refusals_total")})` },
    ),
    graph(
      { title: "Event clients", unit: "short", description: "Clients of GetContainerEvents." },
      { "{{instance}}": on("cri_ferry_event_clients") },
    ),
    graph(
      { title: "Events", unit: "ops", description: "Made, by type." },
      { "{{type}}": `sum by (type) (${rate("cri_ferry_events_total")})` },
    ),
    graph(
      {
        title: "Events not told",
        unit: "ops",
        description: "A slow client is told to list again; without a client nothing is missed.",
      },
      { "{{reason}}": `sum by (reason) (${rate("cri_ferry_events_dropped_total")})` },
    ),
  ],
};

/** The process. */
export const daemon: Row = {
  title: "The daemon",
  panels: [
    graph(
      {
        title: "Event-loop delay",
        unit: "s",
        description:
          "What a call waits before it is looked at. Above 20 ms something holds the process up.",
      },
      spread(loop),
    ),
    graph(
      {
        title: "CPU",
        unit: "percentunit",
        description:
          "Cores that the process uses, and the share of time that the event loop is busy or collects garbage.",
      },
      {
        "{{instance}} CPU": rate("process_cpu_seconds_total"),
        "{{instance}} loop": rate("cri_ferry_event_loop_active_seconds_total"),
        "{{instance}} GC": `sum by (instance) (${rate("nodejs_gc_duration_seconds_sum")})`,
      },
    ),
    graph(
      {
        title: "Memory",
        unit: "bytes",
        description:
          "Resident, heap in use, and the heap's limit, beyond which the process would end.",
      },
      {
        "{{instance}} resident": on("process_resident_memory_bytes"),
        "{{instance}} heap": on("nodejs_heap_size_used_bytes"),
        "{{instance}} heap limit": on("nodejs_heap_size_limit_bytes"),
      },
    ),
    graph(
      { title: "File descriptors", unit: "short", description: "Open, and how many may be." },
      {
        "{{instance}} open": on("process_open_fds"),
        "{{instance}} limit": on("process_max_fds"),
      },
    ),
    graph(
      {
        title: "State on disk",
        unit: "short",
        description: "Writes that failed in the last hour, and damaged files that were put aside.",
      },
      {
        "{{instance}} write errors": `sum by (instance) (increase(${on("cri_ferry_state_write_errors_total")}[1h]))`,
        "{{instance}} quarantined": on("cri_ferry_state_quarantined_files"),
      },
    ),
    graph(
      { title: "Uptime", unit: "s", description: "A drop is a restart." },
      { "{{instance}}": `time() - ${on("process_start_time_seconds")}` },
    ),
    table(
      { title: "Versions", unit: "short", description: "What runs where." },
      `sum by (instance, version, node) (${on("cri_ferry_build_info")})`,
    ),
  ],
};
