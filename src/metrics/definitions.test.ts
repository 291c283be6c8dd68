import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { metricDefinitions, metricSubjects } from "./definitions.ts";

const sources = globSync("**/*.ts", { cwd: `${import.meta.dirname}/..` })
  .filter((path) => !path.startsWith("metrics/definitions") && !path.endsWith(".test.ts"))
  .map((path) => readFileSync(`${import.meta.dirname}/../${path}`, "utf8"));
const pattern = /\b(?:cri_ferry|nodejs|process)_[a-z_]+\b/g;
const used = new Set(sources.flatMap((text) => text.match(pattern) ?? []));

test("every metric that the sources name is defined, once", () => {
  assert.deepEqual(
    [...used].filter(
      (name) => name.startsWith("cri_ferry_") && !Object.hasOwn(metricDefinitions, name),
    ),
    [],
  );
  const names = metricSubjects.flatMap(({ metrics }) => Object.keys(metrics));
  assert.equal(names.length, new Set(names).size);
});

test("every metric that is defined is used", () => {
  assert.deepEqual(
    Object.keys(metricDefinitions).filter((name) => !used.has(name)),
    [],
  );
});

test("names end in their unit or in total, and help is a sentence", () => {
  for (const [name, { kind, help }] of Object.entries(metricDefinitions)) {
    assert.equal(name.endsWith("_total"), kind === "counter", name);
    if (kind === "histogram") assert.match(name, /_seconds$/);
    assert.match(help, /^[A-Z].*\.$/);
  }
});

test("no label's name or values leave its size open, and buckets ascend", () => {
  for (const [name, definition] of Object.entries(metricDefinitions)) {
    for (const [label, values] of Object.entries(definition.labels)) {
      assert.doesNotMatch(label, /^(id|pod|container|image|namespace|name|uid)$/, name);
      assert.ok(values.length > 0, `${name}: ${label}`);
    }
    if (definition.kind !== "histogram") continue;
    const { buckets } = definition;
    assert.deepEqual(
      buckets,
      [...new Set(buckets)].toSorted((a, b) => a - b),
      name,
    );
  }
});
