import assert from "node:assert/strict";
import { test } from "node:test";
import { CriError } from "../model/error.ts";
import type { CounterName, Log } from "../model/ports.ts";
import { PromMeter } from "./prom-meter.ts";

const isDefect = (thrown: unknown) => thrown instanceof CriError && thrown.kind === "Internal";
const textOf = async (meter: PromMeter) => (await meter.render()).body;

test("counters add, gauges stand, histograms count", async () => {
  const meter = new PromMeter({ onMisuse: "throw" });
  meter.count("cri_ferry_log_bytes_total", undefined, 5);
  meter.count("cri_ferry_log_bytes_total");
  meter.gauge("cri_ferry_image_pulls_running", 3, { engine: "docker" });
  meter.observe("cri_ferry_rpc_duration_seconds", 0.003, { rpc: "Version", code: "OK" });
  const text = await textOf(meter);
  assert.match(text, /^cri_ferry_log_bytes_total 6$/m);
  assert.match(text, /^cri_ferry_image_pulls_running\{engine="docker"\} 3$/m);
  const bucket = (le: string) =>
    new RegExp(
      `^cri_ferry_rpc_duration_seconds_bucket{le="${le}",rpc="Version",code="OK"} (.)$`,
      "m",
    );
  assert.equal(bucket("0.005").exec(text)?.[1], "1");
  assert.equal(bucket("0.0025").exec(text)?.[1], "0");
});

test("counters with a known set of labels are there before anything happens", async () => {
  const text = await textOf(new PromMeter({ onMisuse: "throw" }));
  assert.match(text, /^cri_ferry_log_lost_bytes_total 0$/m);
  for (const reason of ["rotated", "truncated"])
    assert.match(text, new RegExp(`^cri_ferry_log_gaps_total{reason="${reason}"} 0$`, "m"));
  assert.equal(text.match(/^cri_ferry_state_rejected_files_total\{/gm)?.length, 9);
});

test("a client that prefers OpenMetrics gets it, and the next one its text", async () => {
  const meter = new PromMeter({ onMisuse: "throw" });
  const page = await meter.render("application/openmetrics-text");
  assert.match(page.contentType, /^application\/openmetrics-text/);
  assert.match(page.body, /^# TYPE cri_ferry_log_bytes counter$/m);
  assert.ok(page.body.endsWith("\n# EOF\n"));
  assert.match(await textOf(meter), /^# TYPE cri_ferry_log_bytes_total counter$/m);
});

test("what is collected is read at every scrape, and left out while it cannot be read", async () => {
  const meter = new PromMeter({ onMisuse: { log: silent([]) } });
  let owed = 2;
  meter.collect("cri_ferry_network_deletions_owed", () => {
    if (owed === 0) throw new Error("not now");
    return [{ value: owed }];
  });
  assert.match(await textOf(meter), /^cri_ferry_network_deletions_owed 2$/m);
  owed = 3;
  assert.match(await textOf(meter), /^cri_ferry_network_deletions_owed 3$/m);
  owed = 0;
  const text = await textOf(meter);
  assert.doesNotMatch(text, /cri_ferry_network_deletions_owed/);
  assert.match(text, /^cri_ferry_log_bytes_total 0$/m);
});

test("an unknown name, a wrong kind and a wrong label are defects", () => {
  const meter = new PromMeter({ onMisuse: "throw" });
  assert.throws(() => meter.count("cri_ferry_no_such_total"), isDefect);
  assert.throws(() => meter.gauge("cri_ferry_log_bytes_total", 1), isDefect);
  assert.throws(() => meter.count("cri_ferry_log_bytes_total", { pod: "a" }), isDefect);
  assert.throws(() => meter.collect("cri_ferry_no_such", () => []), isDefect);
});

test("the compiler refuses a counter whose name is not one's", () => {
  // @ts-expect-error a counter's name ends in _total
  const name: CounterName = "cri_ferry_log_bytes";
  assert.equal(typeof name, "string");
});

test("in service a defect is logged once and harms nobody", () => {
  const said: unknown[] = [];
  const meter = new PromMeter({ onMisuse: { log: silent(said) } });
  meter.count("cri_ferry_no_such_total");
  meter.count("cri_ferry_no_such_total");
  assert.deepEqual(said, ["cri_ferry_no_such_total"]);
});

function silent(said: unknown[]): Log {
  const log: Log = {
    debug: () => undefined,
    info: () => undefined,
    warn: () => undefined,
    error: (_, fields) => said.push(fields?.["metric"]),
    child: () => log,
  };
  return log;
}
