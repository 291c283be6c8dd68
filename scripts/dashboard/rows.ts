import { graph, on, quantile, type Row, rate, stat } from "./panel.ts";
import { daemon, imagesAndNetwork, logs, streams } from "./part-rows.ts";
import { spread } from "./spread.ts";

const rpc = "cri_ferry_rpc_duration_seconds";
const operation = "cri_ferry_engine_operation_seconds";
const call = "cri_ferry_engine_call_seconds";

/** Probes that time out are their pods' matter. */
const calls = 'rpc!="ExecSync"';
/** Codes that tell of trouble here, not of a question about something that is gone. */
const trouble =
  'rpc!="ExecSync",code=~"Internal|Unknown|Unavailable|DeadlineExceeded|ResourceExhausted"';

const fleet: Row = {
  title: "Nodes",
  panels: [
    stat(
      { title: "Nodes", unit: "short", description: "Nodes whose cri-ferry answers Prometheus." },
      `count(${on("cri_ferry_build_info")})`,
    ),
    stat(
      { title: "Pods running", unit: "short", description: "Pod sandboxes that are ready." },
      `sum(${on("cri_ferry_pod_sandboxes", 'state="READY"')})`,
    ),
    stat(
      { title: "Containers running", unit: "short", description: "Containers that run." },
      `sum(${on("cri_ferry_containers", 'state="RUNNING"')})`,
    ),
    stat(
      {
        title: "Engines not ready",
        unit: "short",
        redFrom: 1,
        description: "Engines that cannot run or connect pods now.",
      },
      `sum((${on("cri_ferry_engine_ready")} * ${on("cri_ferry_engine_network_ready")}) == bool 0)`,
    ),
    stat(
      {
        title: "Calls that fail",
        unit: "percentunit",
        redFrom: 0.05,
        description:
          "Share of CRI calls that end in trouble of the node; NotFound and the like are none, nor are probes.",
      },
      `(sum(${rate(`${rpc}_count`, trouble)}) or vector(0)) / sum(${rate(`${rpc}_count`, calls)})`,
    ),
    stat(
      {
        title: "Log bytes lost, 24 h",
        unit: "bytes",
        redFrom: 1,
        description: "Bytes of container logs that were gone before they were read.",
      },
      `sum(increase(${on("cri_ferry_log_lost_bytes_total")}[24h]))`,
    ),
  ],
};

const pods: Row = {
  title: "Pods",
  panels: [
    graph(
      {
        title: "RunPodSandbox: time",
        unit: "s",
        description: "What a pod waits for its sandbox: pause container, namespaces, network.",
      },
      spread(rpc, 'rpc="RunPodSandbox"'),
    ),
    graph(
      {
        title: "CreateContainer and StartContainer: p95",
        unit: "s",
        description: "What a container waits before its program runs; pulls are beside it.",
      },
      {
        "{{rpc}}": quantile(0.95, rpc, {
          by: "rpc",
          labels: 'rpc=~"CreateContainer|StartContainer"',
        }),
      },
    ),
    graph(
      {
        title: "StopContainer and StopPodSandbox: p95",
        unit: "s",
        description: "Holds the grace period of containers that do not heed their signal.",
      },
      {
        "{{rpc}}": quantile(0.95, rpc, {
          by: "rpc",
          labels: 'rpc=~"StopContainer|StopPodSandbox"',
        }),
      },
    ),
    graph(
      { title: "Pod sandboxes", unit: "short", description: "By engine and state." },
      { "{{engine}} {{state}}": `sum by (engine, state) (${on("cri_ferry_pod_sandboxes")})` },
    ),
    graph(
      {
        title: "Containers",
        unit: "short",
        description:
          "By engine and state; many that are exited mean a crash loop or a kubelet that does not clean up.",
      },
      { "{{engine}} {{state}}": `sum by (engine, state) (${on("cri_ferry_containers")})` },
    ),
    graph(
      { title: "Sandboxes begun", unit: "ops", description: "RunPodSandbox calls by outcome." },
      { "{{code}}": `sum by (code) (${rate(`${rpc}_count`, 'rpc="RunPodSandbox"')})` },
    ),
  ],
};

const rpcs: Row = {
  title: "CRI calls",
  panels: [
    graph(
      { title: "Calls", unit: "ops", description: "By RPC: what the kubelet and others ask." },
      { "{{rpc}}": `sum by (rpc) (${rate(`${rpc}_count`)})` },
    ),
    graph(
      {
        title: "Calls not answered with OK",
        unit: "ops",
        description:
          "By RPC and code. NotFound is common: the kubelet asks for what it has just removed.",
      },
      { "{{rpc}} {{code}}": `sum by (rpc, code) (${rate(`${rpc}_count`, 'code!="OK"')})` },
    ),
    graph(
      {
        title: "Time of calls: p99",
        unit: "s",
        description: "By RPC. Lists and statuses answer from memory, in milliseconds.",
      },
      {
        "{{rpc}}": quantile(0.99, rpc, { by: "rpc", labels: 'rpc!="GetContainerEvents"' }),
      },
    ),
  ],
};

const engines: Row = {
  title: "Engines",
  panels: [
    graph(
      {
        title: "Ready",
        unit: "short",
        description: "1 while the engine can run pods, 0 while not.",
      },
      {
        "{{instance}} {{engine}}": on("cri_ferry_engine_ready"),
        "{{instance}} {{engine}} network": on("cri_ferry_engine_network_ready"),
      },
    ),
    graph(
      {
        title: "Operations: p95",
        unit: "s",
        description:
          "What an engine needs for what it is asked: beside the calls above it shows who waits for whom.",
      },
      { "{{engine}} {{operation}}": quantile(0.95, operation, { by: "engine, operation" }) },
    ),
    graph(
      {
        title: "Operations that failed",
        unit: "ops",
        description: "By engine, operation and code.",
      },
      {
        "{{engine}} {{operation}} {{code}}": `sum by (engine, operation, code) (${rate(`${operation}_count`, 'code!="OK"')})`,
      },
    ),
    graph(
      {
        title: "API calls: p95",
        unit: "s",
        description: "The engine's own answer times, by route.",
      },
      { "{{engine}} {{call}}": quantile(0.95, call, { by: "engine, call" }) },
    ),
    graph(
      {
        title: "Mirror lag",
        unit: "s",
        description:
          "From an engine's event until lists show it: the kubelet hears of an end that much later.",
      },
      spread("cri_ferry_engine_event_lag_seconds"),
    ),
    graph(
      {
        title: "Full lists and what they found",
        unit: "ops",
        description:
          "Reconnects, comparisons, and objects that changed without an event. Drifts that keep coming mean that the engine loses events.",
      },
      {
        "{{engine}} {{reason}}": `sum by (engine, reason) (${rate("cri_ferry_engine_resyncs_total")})`,
        "{{engine}} drifts": `sum by (engine) (${rate("cri_ferry_engine_drifts_total")})`,
      },
    ),
  ],
};

/** The dashboard of an operator of one node or of many. */
export const rows: readonly Row[] = [
  fleet,
  pods,
  rpcs,
  engines,
  logs,
  imagesAndNetwork,
  streams,
  daemon,
];
