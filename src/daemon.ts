import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { compose } from "./compose.ts";
import type { Config } from "./config/settings.ts";
import { loadProtocol } from "./cri/loader.ts";
import { startCriServer } from "./cri/server.ts";
import { criServices } from "./cri/services.ts";
import { systemClock } from "./host/clock.ts";
import { lockFile } from "./host/lock.ts";
import { notifySystemd, watchdogIntervalMillis } from "./host/notify.ts";
import { createLog } from "./log.ts";
import { startMetricsServer } from "./metrics/metrics-server.ts";
import { PromMeter } from "./metrics/prom-meter.ts";
import { messageOf } from "./model/error.ts";
import type { Log } from "./model/ports.ts";

/** After SIGTERM calls that run get this long; together with what follows it stays under five seconds. */
const graceMillis = 3_500;

/**
 * Serves the CRI until SIGTERM or SIGINT; pods keep running. Rejects when it cannot start: another process has the root or the
 * socket, or an address is taken.
 */
export async function runDaemon(config: Config): Promise<void> {
  const log = createLog(config.log);
  guardProcess(log);
  const stopping = stopSignal(log);
  const meter = new PromMeter({ onMisuse: { log } });

  await using stack = new AsyncDisposableStack();
  await mkdir(config.state.root, { recursive: true, mode: 0o700 });
  await mkdir(config.state.run, { recursive: true, mode: 0o755 });
  stack.use(await lockFile(join(config.state.root, "lock")));
  const node = stack.use(await compose({ config, log, meter, clock: systemClock }));
  if (config.metrics.address !== "") {
    stack.use(
      await startMetricsServer({
        address: config.metrics.address,
        metrics: meter,
        healthy: () => true,
      }),
    );
  }
  const protocol = loadProtocol();
  const server = await startCriServer({
    socket: config.cri.socket,
    protocol,
    services: criServices(node.runtime, protocol),
    log,
    meter,
    clock: systemClock,
  });
  stack.defer(() => server.stop(graceMillis));
  log.info("serving", {
    socket: config.cri.socket,
    version: node.runtime.version().runtimeVersion,
    pid: process.pid,
  });

  const beating = keepWatchdog(stopping, log);
  await notifySystemd("READY=1", stopping).catch((error: unknown) => warn(log, error));
  await aborted(stopping);
  await beating;
  await notifySystemd("STOPPING=1", AbortSignal.timeout(graceMillis)).catch((error: unknown) =>
    warn(log, error),
  );
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
  };
  process.once("SIGTERM", () => end("SIGTERM"));
  process.once("SIGINT", () => end("SIGINT"));
  return stop.signal;
}

async function keepWatchdog(signal: AbortSignal, log: Log): Promise<void> {
  const interval = watchdogIntervalMillis();
  if (interval === undefined) return;
  while (!signal.aborted) {
    await notifySystemd("WATCHDOG=1", signal).catch((error: unknown) => warn(log, error));
    await systemClock.sleep(interval, signal).catch(() => undefined);
  }
}

function warn(log: Log, error: unknown): void {
  log.warn("systemd not told", { err: messageOf(error) });
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) =>
    signal.addEventListener("abort", () => resolve(), { once: true }),
  );
}
