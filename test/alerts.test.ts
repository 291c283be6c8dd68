import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { parse } from "yaml";
import { metricDefinitions } from "../src/metrics/definitions.ts";

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

interface AlertTest {
  readonly alertname: string;
  readonly exp_alerts?: readonly unknown[];
}

const root = join(import.meta.dirname, "..");
const read = (path: string): string => readFileSync(join(root, path), "utf8");
const { groups } = parse(read("deploy/prometheus/cri-ferry.rules.yml")) as {
  readonly groups: readonly { readonly rules: readonly Rule[] }[];
};
const rules = groups.flatMap((group) => group.rules);
const { tests } = parse(read("deploy/prometheus/cri-ferry.rules.test.yml")) as {
  readonly tests: readonly { readonly alert_rule_test: readonly AlertTest[] }[];
};
const checks = tests.flatMap((each) => each.alert_rule_test);
const runbooks = read("docs/alerts.md");

/** Metrics of an expression, without what histograms add to their names. */
function metricsOf(expr: string): readonly string[] {
  const names = expr.match(/\b(?:cri_ferry|nodejs|process)_[a-z_]+/g) ?? [];
  return names.map((name) => name.replace(/_(bucket|count|sum)$/, ""));
}

for (const { alert, labels, annotations } of rules) {
  test(`${alert} is tested firing and not, has a severity, and its runbook is there`, () => {
    const own = checks.filter(({ alertname }) => alertname === alert);
    assert.ok(own.some(({ exp_alerts = [] }) => exp_alerts.length > 0));
    assert.ok(own.some(({ exp_alerts = [] }) => exp_alerts.length === 0));
    assert.match(labels["severity"] ?? "", /^(critical|warning)$/);
    assert.equal(annotations["runbook"], `docs/alerts.md#${alert.toLowerCase()}`);
    assert.ok(runbooks.includes(`\n## ${alert}\n\n`));
  });
}

test("every runbook is an alert's, and there are a few alerts only", () => {
  const headings = [...runbooks.matchAll(/^## (\w+)$/gm)].map(([, name]) => name);
  assert.deepEqual(
    headings,
    rules.map(({ alert }) => alert),
  );
  assert.ok(rules.length <= 20);
});

test("alerts and dashboard ask for metrics that there are", () => {
  const dashboard = read("deploy/grafana/cri-ferry.json");
  const asked = [...rules.flatMap(({ expr }) => metricsOf(expr)), ...metricsOf(dashboard)];
  assert.ok(asked.length > 50);
  const unknown = asked.filter((name) => !Object.hasOwn(metricDefinitions, name));
  assert.deepEqual(unknown, []);
});
