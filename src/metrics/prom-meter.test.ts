import assert from "node:assert/strict";
import { test } from "node:test";
import { CriError } from "../model/error.ts";
import type { Log } from "../model/ports.ts";
import { PromMeter } from "./prom-meter.ts";

const isDefect = (thrown: unknown) => thrown instanceof CriError && thrown.kind === "Internal";

test("counters add, gauges stand, histograms count", async () => {
  const meter = new PromMeter({ onMisuse: "throw" });
  meter.count("cri_ferry_log_bytes_total", undefined, 5);
  meter.count("cri_ferry_log_bytes_total");
  meter.gauge("cri_ferry_image_pulls_running", 3, { engine: "docker" });
  meter.observe("cri_ferry_rpc_duration_seconds", 0.003, { rpc: "Version", code: "OK" });
  const text = await meter.render();
  assert.match(text, /^cri_ferry_log_bytes_total 6$/m);
  assert.match(text, /^cri_ferry_image_pulls_running\{engine="docker"\} 3$/m);
  assert.match(
    text,
    /^cri_ferry_rpc_duration_seconds_bucket\{le="0.005",rpc="Version",code="OK"\} 1$/m,
  );
  assert.match(
    text,
    /^cri_ferry_rpc_duration_seconds_bucket\{le="0.0025",rpc="Version",code="OK"\} 0$/m,
  );
});

test("figures of the process are there, and two scrapes do not add them up", async () => {
  const meter = new PromMeter({ onMisuse: "throw" });
  const cpu = async () =>
    Number(/^process_cpu_seconds_total (.+)$/m.exec(await meter.render())?.[1]);
  const first = await cpu();
  const second = await cpu();
  assert.ok(first > 0 && second >= first && second < process.cpuUsage().user / 1e6 + 10);
  assert.match(await meter.render(), /^process_resident_memory_bytes \d+$/m);
});

test("an unknown name, a wrong kind and a wrong label are defects", () => {
  const meter = new PromMeter({ onMisuse: "throw" });
  assert.throws(() => meter.count("cri_ferry_no_such_total"), isDefect);
  assert.throws(() => meter.gauge("cri_ferry_log_bytes_total", 1), isDefect);
  assert.throws(() => meter.count("cri_ferry_log_bytes_total", { pod: "a" }), isDefect);
});

test("in service a defect is logged once and harms nobody", () => {
  const said: unknown[] = [];
  const log: Log = {
    debug: () => undefined,
    info: () => undefined,
    warn: () => undefined,
    error: (_, fields) => said.push(fields?.["metric"]),
    child: () => log,
  };
  const meter = new PromMeter({ onMisuse: { log } });
  meter.count("cri_ferry_no_such_total");
  meter.count("cri_ferry_no_such_total");
  assert.deepEqual(said, ["cri_ferry_no_such_total"]);
});
