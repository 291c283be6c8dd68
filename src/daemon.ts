import type { ServerResponse } from "node:http";
import { dirname, join } from "node:path";
import { startAdminServer } from "./admin/admin-server.ts";
import { sendPods } from "./admin/send-pods.ts";
import { compose, type Node } from "./compose.ts";
import type { Config } from "./config/settings.ts";
import { loadProtocol } from "./cri/loader.ts";
import { startCriServer } from "./cri/server.ts";
import { criServices } from "./cri/services.ts";
import { systemClock } from "./host/clock.ts";
import { lockFile } from "./host/lock.ts";
import { notifySystemd, type ServiceState, watchdogIntervalMillis } from "./host/notify.ts";
import { prepareFolder } from "./host/own-folder.ts";
import { createLog } from "./log.ts";
import { startMetricsServer } from "./metrics/metrics-server.ts";
import { collectNode } from "./metrics/node-metrics.ts";
import { watchProcess } from "./metrics/process-metrics.ts";
import { PromMeter } from "./metrics/prom-meter.ts";
import { readinessOf } from "./metrics/readiness.ts";
import { CriError, messageOf } from "./model/error.ts";
import type { Log } from "./model/ports.ts";
import { startStreamingServer } from "./streaming/streaming-server.ts";
import { type RunningTracer, startTracing } from "./tracing/tracing.ts";
import { version } from "./version.ts";

/** After SIGTERM calls that run get this long. */
const graceMillis = 3_500;
/** Then this process is gone, whatever still runs: a crash loses nothing either. Supervisors are promised five seconds. */
const lastMillis = 4_600;
/** systemd-notify has sent its word at once, and then waits until systemd has read it. */
const farewellMillis = 500;

/**
 * Serves the CRI until SIGTERM or SIGINT; pods keep running. Rejects when it cannot start: it is not root, another process has the
 * root or the socket, a folder cannot be written, or an address is taken.
 */
export async function runDaemon(config: Config): Promise<void> {
  const log = createLog(config.log);
  guardProcess(log);
  needRoot();
  const stopping = stopSignal(log);
  const meter = new PromMeter({ onMisuse: { log } });

  await using stack = new AsyncDisposableStack();
  await prepareFolders(config);
  stack.use(await lockRoot(config.state.root));
  const tracer = await traceTo(config, log);
  if (tracer !== undefined) stack.use(tracer);
  const node = stack.use(await compose({ config, log, meter, clock: systemClock, tracer }));
  await serveMetrics({ config, log, meter, node }, stack);
  if (config.admin.socket !== "") {
    const { socket } = config.admin;
    stack.use(await startAdminServer({ socket, pods: () => node.pods(), log, clock: systemClock }));
  }
  const urls = stack.use(
    await startStreamingServer({
      ...config.streaming,
      target: node.streams,
      log,
      meter,
      clock: systemClock,
    }),
  );
  const protocol = loadProtocol();
  const server = await startCriServer({
    socket: config.cri.socket,
    protocol,
    services: criServices({ runtime: node.runtime, urls }, protocol),
    log,
    meter,
    clock: systemClock,
    tracer,
  });
  stack.defer(() => server.stop(graceMillis));
  log.info("serving", {
    socket: config.cri.socket,
    streaming: urls.address,
    version: node.runtime.version().runtimeVersion,
    pid: process.pid,
  });

  const tell = systemdTeller(log);
  const beating = keepWatchdog(stopping, tell);
  await tell("READY=1", stopping);
  await aborted(stopping);
  await beating;
  await tell("STOPPING=1", AbortSignal.timeout(farewellMillis));
}

async function traceTo({ tracing }: Config, log: Log): Promise<RunningTracer | undefined> {
  return tracing.endpoint === ""
    ? undefined
    : await startTracing({ settings: tracing, version, log });
}

interface Shown {
  readonly config: Config;
  readonly log: Log;
  readonly meter: PromMeter;
  readonly node: Node;
}

async function serveMetrics(shown: Shown, stack: AsyncDisposableStack): Promise<void> {
  const { config, log, meter, node } = shown;
  if (config.metrics.address === "") return;
  stack.use(watchProcess(meter, version));
  collectNode(meter, node.source);
  const routes = {
    metrics: meter,
    readiness: () => readinessOf(node.source.engines(), node.source.lists()),
    sendPods: (response: ServerResponse) => sendPods(node.pods(), response),
  };
  stack.use(await startMetricsServer({ ...config.metrics, routes, log, clock: systemClock }));
}

/** Namespaces, cgroups and mounts are root's; half of them would fail later, one by one and with worse words. */
function needRoot(): void {
  const uid = process.getuid?.() ?? 0;
  if (uid === 0) return;
  throw new CriError("PermissionDenied", `serve must be run by root (uid 0), not by uid ${uid}`);
}

async function prepareFolders({ state, cri, admin }: Config): Promise<void> {
  await prepareFolder({ path: state.root, mode: 0o700, setting: "state.root" });
  await prepareFolder({ path: state.run, mode: 0o755, setting: "state.run" });
  await prepareFolder({ path: dirname(cri.socket), mode: 0o755, setting: "cri.socket" });
  if (admin.socket !== "")
    await prepareFolder({ path: dirname(admin.socket), mode: 0o755, setting: "admin.socket" });
}

async function lockRoot(root: string): Promise<AsyncDisposable> {
  try {
    return await lockFile(join(root, "lock"));
  } catch (thrown) {
    const { kind, message } = CriError.from(thrown, root);
    const advice = "state.root is for one process: stop the other, or set another folder";
    throw new CriError(kind, `${message}; ${advice}`, { cause: thrown });
  }
}

/** A defect in one place must not end the node's endpoint without a word. */
function guardProcess(log: Log): void {
  process.on("uncaughtException", (error) => {
    log.error("uncaught exception", { err: messageOf(error), stack: error.stack });
    process.exit(1);
  });
}

function stopSignal(log: Log): AbortSignal {
  const stop = new AbortController();
  const end = (signal: string): void => {
    log.info("stopping", { signal });
    stop.abort();
    const leave = (): void => {
      log.warn("stopped before all had ended");
      process.exit(0);
    };
    setTimeout(leave, lastMillis).unref();
  };
  process.once("SIGTERM", () => end("SIGTERM"));
  process.once("SIGINT", () => end("SIGINT"));
  return stop.signal;
}

type Tell = (state: ServiceState, signal: AbortSignal) => Promise<void>;

/** What is wrong once stays wrong with every beat: one warning is enough. */
function systemdTeller(log: Log): Tell {
  let isWarned = false;
  return async (state, signal) => {
    try {
      await notifySystemd(state, signal);
    } catch (thrown) {
      if (isWarned || signal.aborted) return;
      isWarned = true;
      const err = messageOf(thrown);
      log.warn("systemd cannot be told: a unit of Type=notify needs systemd-notify", { err });
    }
  };
}

async function keepWatchdog(signal: AbortSignal, tell: Tell): Promise<void> {
  const interval = watchdogIntervalMillis();
  if (interval === undefined) return;
  while (!signal.aborted) {
    await tell("WATCHDOG=1", signal);
    await systemClock.sleep(interval, signal).catch(() => undefined);
  }
}

/** Also when it has aborted already: a signal may come while the daemon starts. */
function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
