import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { watchProcess } from "./process-metrics.ts";
import { PromMeter } from "./prom-meter.ts";

async function figures(meter: PromMeter): Promise<(name: string) => number> {
  const { body } = await meter.render();
  return (name) => Number(new RegExp(`^${name}(?:{[^}]*})? (.+)$`, "m").exec(body)?.[1]);
}

test("figures of the process are what the kernel says, and two scrapes do not add them up", async () => {
  const meter = new PromMeter({ onMisuse: "throw" });
  using _watch = watchProcess(meter, "1.2.3");
  const first = await figures(meter);
  const second = await figures(meter);
  const { user, system } = process.cpuUsage();
  const now = (user + system) / 1e6;
  assert.ok(first("process_cpu_seconds_total") > 0);
  assert.ok(second("process_cpu_seconds_total") <= now);
  for (const name of [
    "process_resident_memory_bytes",
    "process_virtual_memory_bytes",
    "process_open_fds",
    "process_max_fds",
    "nodejs_heap_size_used_bytes",
    "nodejs_heap_size_limit_bytes",
    "nodejs_external_memory_bytes",
  ])
    assert.ok(second(name) > 0, name);
  assert.ok(Math.abs(Date.now() / 1000 - second("process_start_time_seconds")) < 3600);
  const { body } = await meter.render();
  assert.match(body, /^cri_ferry_build_info\{version="1\.2\.3",node="v[\d.]+"\} 1$/m);
});

test("a blocked event loop and every garbage collection are counted", async () => {
  const meter = new PromMeter({ onMisuse: "throw" });
  using _watch = watchProcess(meter, "1");
  await sleep(50);
  const end = performance.now() + 600;
  let rubbish: unknown[] = [];
  while (performance.now() < end) rubbish = Array.from({ length: 1000 }, () => ({ rubbish: [] }));
  assert.equal(rubbish.length, 1000);
  // Both are told some turns of the event loop later.
  for (let turn = 0; turn < 100; turn += 1) {
    const figure = await figures(meter);
    const seen = figure("cri_ferry_event_loop_delay_seconds_sum") > 0.25;
    if (seen && figure("nodejs_gc_duration_seconds_count") > 0) return;
    await sleep(20);
  }
  assert.fail("not counted");
});
