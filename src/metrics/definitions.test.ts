import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { metricDefinitions } from "./definitions.ts";

const sources = globSync("**/*.ts", { cwd: `${import.meta.dirname}/..` })
  .filter((path) => !path.startsWith("metrics/") && !path.endsWith(".test.ts"))
  .map((path) => readFileSync(`${import.meta.dirname}/../${path}`, "utf8"));
const used = new Set(sources.flatMap((text) => text.match(/\bcri_ferry_[a-z_]+\b/g) ?? []));

test("every metric that the sources name is defined", () => {
  assert.deepEqual(
    [...used].filter((name) => !Object.hasOwn(metricDefinitions, name)),
    [],
  );
});

test("every metric that is defined is used", () => {
  assert.deepEqual(
    Object.keys(metricDefinitions).filter((name) => !used.has(name)),
    [],
  );
});

test("names end in their unit or in total, and help is a sentence", () => {
  for (const [name, { kind, help }] of Object.entries(metricDefinitions)) {
    if (kind === "counter") assert.match(name, /_total$/);
    if (kind === "histogram") assert.match(name, /_(seconds|bytes)$/);
    assert.match(help, /^[A-Z].*\.$/);
  }
});
