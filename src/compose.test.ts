import assert from "node:assert/strict";
import { test } from "node:test";
import { compose } from "./compose.ts";
import { parseConfig } from "./config/load-config.ts";
import { systemClock } from "./host/clock.ts";
import { createLog } from "./log.ts";
import { PromMeter } from "./metrics/prom-meter.ts";

async function composed(toml: string): Promise<void> {
  const { config, problems } = parseConfig({ toml, file: "config.toml", flags: {} });
  assert.deepEqual(problems, []);
  const log = createLog({ level: "error", format: "json" });
  const meter = new PromMeter({ onMisuse: "throw" });
  await using _node = await compose({ config, log, meter, clock: systemClock });
}

test("settings that ask for an engine that is not there are refused, not passed over", async () => {
  const kind = { name: "CriError", kind: "InvalidArgument" };
  await assert.rejects(composed('[backends]\ndefault = "runc"'), {
    ...kind,
    message: /^backends\.default is "runc", an engine that this version does not have/,
  });
  await assert.rejects(composed('[handlers.native]\nbackend = "runc"'), {
    ...kind,
    message: /^handlers\.native\.backend is "runc"/,
  });
});
