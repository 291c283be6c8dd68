import assert from "node:assert/strict";
import { test } from "node:test";
import { ready } from "../model/runtime.ts";
import { collectNode } from "./node-metrics.ts";
import { PromMeter } from "./prom-meter.ts";

test("what the node stands at is read at each scrape", async () => {
  const meter = new PromMeter({ onMisuse: "throw" });
  let running = 1;
  collectNode(meter, {
    engines: () => [
      {
        engine: "docker",
        condition: ready,
        networkCondition: { ok: false, reason: "NoNetworkConfig", message: "none" },
        podSandboxes: { READY: running, NOTREADY: 2 },
        containers: { CREATED: 0, RUNNING: 3, EXITED: 4, UNKNOWN: 0 },
      },
    ],
    lists: () => ready,
    logLag: () => ({ followed: 3, lagBytes: 100, largestLagBytes: 60 }),
    quarantinedFiles: async () => 5,
  });
  const { body } = await meter.render();
  for (const line of [
    'cri_ferry_engine_ready{engine="docker"} 1',
    'cri_ferry_engine_network_ready{engine="docker"} 0',
    'cri_ferry_pod_sandboxes{engine="docker",state="READY"} 1',
    'cri_ferry_pod_sandboxes{engine="docker",state="NOTREADY"} 2',
    'cri_ferry_containers{engine="docker",state="EXITED"} 4',
    "cri_ferry_log_followed 3",
    "cri_ferry_log_lag_bytes 100",
    "cri_ferry_log_lag_largest_bytes 60",
    "cri_ferry_state_quarantined_files 5",
  ])
    assert.ok(body.includes(`\n${line}\n`), line);
  running = 7;
  assert.match((await meter.render()).body, /state="READY"} 7$/m);
});
