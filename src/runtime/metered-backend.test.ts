import assert from "node:assert/strict";
import { test } from "node:test";
import { FakeBackend } from "../../test/contract/fake-backend.ts";
import { podSandboxConfig } from "../../test/contract/requests.ts";
import { CriError } from "../model/error.ts";
import type { Clock, Meter } from "../model/ports.ts";
import { meteredBackend } from "./metered-backend.ts";

function bench() {
  const told: unknown[] = [];
  let millis = 0;
  const clock = { monotonicMillis: () => (millis += 250) } as unknown as Clock;
  const meter: Meter = {
    count: () => undefined,
    gauge: () => undefined,
    observe: (name, value, labels) => told.push([name, value, labels]),
  };
  const inner = new FakeBackend();
  return { told, inner, backend: meteredBackend(inner, { clock, meter }) };
}

const { signal } = new AbortController();
const request = { config: podSandboxConfig("a"), runtimeHandler: "" };

test("what an engine does is timed by operation and outcome, and answers pass through", async () => {
  const { told, inner, backend } = bench();
  const { sandbox } = await backend.sandboxes.run(request, signal);
  assert.ok(inner.sandboxRecords.has(sandbox.id));
  inner.interfere = () => Promise.reject(new CriError("Unavailable", "away"));
  await assert.rejects(backend.sandboxes.stop(sandbox, signal), { message: "away" });
  const operation = (name: string, code: string) => [
    "cri_ferry_engine_operation_seconds",
    0.25,
    { engine: "docker", operation: name, code },
  ];
  assert.deepEqual(told, [
    operation("sandboxes.run", "OK"),
    operation("sandboxes.stop", "Unavailable"),
  ]);
});

test("what is answered from memory is not timed, and private fields are at hand", () => {
  const { told, inner, backend } = bench();
  assert.deepEqual(backend.condition(), inner.condition());
  assert.equal(backend.name, "docker");
  assert.equal(backend.sandboxes, backend.sandboxes);
  assert.deepEqual(told, []);
});
