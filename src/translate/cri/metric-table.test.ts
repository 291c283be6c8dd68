import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import type { MetricFeature } from "../../model/metrics.ts";
import { encodeMetricDescriptors } from "./encode-metrics.ts";
import { commonLabels, metricTable } from "./metric-table.ts";

interface Fact {
  readonly name: string;
  readonly type: string;
  readonly labels: readonly string[];
  readonly group: string;
}

const facts: readonly Fact[] = readFileSync("test/fixtures/cadvisor-metrics.txt", "utf8")
  .split("\n")
  .filter((line) => line !== "" && !line.startsWith("#"))
  .map((line) => {
    const [name = "", type = "", labels = "", group = ""] = line.split(" ");
    return { name, type, labels: labels === "-" ? [] : labels.split(","), group };
  });

/** The groups that a kubelet shows. */
const kubelets = new Set([
  "Always",
  "Spec",
  "CpuUsage",
  "CpuLoad",
  "Memory",
  "DiskIO",
  "DiskUsage",
  "Network",
  "Process",
  "OOM",
  "Pressure",
]);

/** The names in the first column of the document's table of missing metrics. */
function documented(): readonly string[] {
  const text = readFileSync("docs/metrics-cadvisor.md", "utf8");
  const [, section = ""] = text.split("## What is missing");
  return section
    .split("\n")
    .filter((line) => line.startsWith("| `"))
    .flatMap((line) => {
      const [, names = "", why = ""] = line.split("|");
      assert.notEqual(why.trim(), "", `no reason for ${names}`);
      return [...names.matchAll(/`(\w+)`/g)].map(([, name = ""]) => name);
    });
}

test("every metric of cAdvisor's is there with its type and labels, or documented as missing", () => {
  const ours = new Map(metricTable.map((row) => [row.name, row]));
  assert.equal(ours.size, metricTable.length, "a name stands twice");
  const missing: string[] = [];
  for (const { name, type, labels } of facts) {
    const row = ours.get(name);
    if (row === undefined) missing.push(name);
    else assert.deepEqual([name, row.type, row.labels], [name, type, labels]);
  }
  assert.deepEqual(missing.toSorted(), documented().toSorted());
});

test("no metric is there that cAdvisor does not have", () => {
  const theirs = new Set(facts.map(({ name }) => name));
  assert.deepEqual(
    metricTable.map(({ name }) => name).filter((name) => !theirs.has(name)),
    [],
  );
});

test("of what a kubelet shows only ten are missing, which no CRI container has a value for", () => {
  const ours = new Set(metricTable.map(({ name }) => name));
  const missing = facts.filter(({ name, group }) => kubelets.has(group) && !ours.has(name));
  assert.deepEqual(
    missing.map(({ name }) => name),
    [
      "container_fs_io_current",
      "container_fs_io_time_seconds_total",
      "container_fs_io_time_weighted_seconds_total",
      "container_fs_read_seconds_total",
      "container_fs_reads_merged_total",
      "container_fs_sector_reads_total",
      "container_fs_sector_writes_total",
      "container_fs_write_seconds_total",
      "container_fs_writes_merged_total",
      "container_health_state",
    ],
  );
});

test("a descriptor has help and the common labels before its own", () => {
  const all = new Set(metricTable.flatMap(({ needs }) => needs ?? []));
  const descriptors = encodeMetricDescriptors(all);
  assert.equal(descriptors.length, metricTable.length);
  for (const { name, help, labelKeys } of descriptors) {
    assert.ok(help, String(name));
    assert.deepEqual(labelKeys?.slice(0, commonLabels.length), [...commonLabels]);
  }
  const failures = descriptors.find(({ name }) => name === "container_memory_failures_total");
  assert.deepEqual(failures?.labelKeys?.slice(commonLabels.length), ["failure_type", "scope"]);
});

test("what this kernel cannot show is not described", () => {
  const names = (...features: readonly MetricFeature[]) =>
    encodeMetricDescriptors(new Set(features)).map(({ name }) => name);
  const without = names();
  assert.ok(!without.includes("container_pressure_cpu_waiting_seconds_total"));
  const added = names("cpu-burst").filter((name) => !without.includes(name));
  assert.deepEqual(added, [
    "container_cpu_cfs_burst_periods_total",
    "container_cpu_cfs_burst_seconds_total",
  ]);
});
