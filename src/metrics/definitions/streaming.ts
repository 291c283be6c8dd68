import { subject } from "../metric-definition.ts";

const kind = ["exec", "attach", "portforward"] as const;
const protocol = ["spdy", "websocket"] as const;
const sessionBuckets = [0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 300, 900, 3600, 14_400];

/** Counted by the streaming server: a session begins when its upgrade is accepted and ends when everything of it is freed. */
export const streamingMetrics = subject("Exec, attach and port-forward", {
  cri_ferry_streaming_sessions_running: {
    kind: "gauge",
    help: "Streaming sessions that are open.",
    labels: { kind },
  },
  cri_ferry_streaming_session_seconds: {
    kind: "histogram",
    help: "Streaming sessions that ended: ok, by the client's going (gone), or by an error of ours or the engine's (failed).",
    labels: { kind, protocol, outcome: ["ok", "gone", "failed"] },
    buckets: sessionBuckets,
  },
  cri_ferry_streaming_bytes_total: {
    kind: "counter",
    help: "Bytes of streams without their framing; in is from the client.",
    labels: { kind, direction: ["in", "out"] },
  },
  cri_ferry_streaming_refusals_total: {
    kind: "counter",
    help: "Requests to the streaming server that were refused: no such token or one used before, no upgrade that is known, too many sessions, too slow, anything else.",
    labels: { reason: ["token", "upgrade", "limit", "timeout", "other"] },
  },
});
