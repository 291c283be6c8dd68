import { loadProtocol } from "../../../src/cri/loader.ts";
import { startCriServer } from "../../../src/cri/server.ts";
import { criServices } from "../../../src/cri/services.ts";
import { systemClock } from "../../../src/host/clock.ts";
import { PromMeter } from "../../../src/metrics/prom-meter.ts";
import { startTracing } from "../../../src/tracing/tracing.ts";
import { silentLog, startFakeNode } from "../../contract/fake-context.ts";

// The endpoint over a fake engine, in a process of its own: `server.ts SOCKET COLLECTOR`. Tells its figures when asked.
const [socket = "", endpoint = ""] = process.argv.slice(2);
const log = silentLog;
const settings = { endpoint, samplingRatePerMillion: 0 };
const tracer =
  endpoint === "" ? undefined : await startTracing({ settings, version: "0.0.0", log });
const { runtime } = await startFakeNode();
const protocol = loadProtocol();
await startCriServer({
  socket,
  protocol,
  services: criServices({ runtime, urls: undefined as never }, protocol),
  log,
  meter: new PromMeter({ onMisuse: "throw" }),
  clock: systemClock,
  tracer,
});
process.on("message", () => {
  const { user, system } = process.cpuUsage();
  const residentMiB = process.memoryUsage.rss() / 2 ** 20;
  process.send?.({ cpuMicros: user + system, residentMiB });
});
process.send?.("ready");
