import { readdir } from "node:fs/promises";
import { type CgroupPaths, topCgroup } from "../host/cgroup.ts";
import { errnoOf } from "../model/error.ts";
import type { MetricFeature } from "../model/metrics.ts";
import { flatValue, KernelFiles } from "./kernel-files.ts";

/** What this node's kernel shows, besides what every kernel does. */
export interface NodeFeatures {
  readonly metrics: ReadonlySet<MetricFeature>;
  /** As they stand in the names of the kernel's files: `2MB`, `1GB`. */
  readonly hugePageSizes: readonly string[];
}

/** Looks at the top of the cgroup file systems. Throws CriError, Internal, when they cannot be read. */
export async function lookForFeatures(): Promise<NodeFeatures> {
  const [cgroup, pools, pressure] = await Promise.all([
    topCgroup(),
    namesIn("/sys/kernel/mm/hugepages"),
    namesIn("/proc/pressure"),
  ]);
  const hugePageSizes = pools.flatMap((pool) => hugePageSize(pool));
  const hasPressure = pressure.includes("cpu");
  return { metrics: metricFeatures({ cgroup, hugePageSizes, hasPressure }), hugePageSizes };
}

interface NodeLook {
  /** The topmost folders: what a cgroup can show, these show or list. */
  readonly cgroup: CgroupPaths;
  readonly hugePageSizes: readonly string[];
  readonly hasPressure: boolean;
}

/** Returns the features that the files of a node speak for. Read at once. */
export function metricFeatures(look: NodeLook): ReadonlySet<MetricFeature> {
  const files = new KernelFiles(0);
  const { controllers, unified } = look.cgroup;
  const text = (controller: string, name: string) => {
    const folder = controllers.get(controller) ?? unified;
    return folder === undefined ? "" : (files.text(folder, name) ?? "");
  };
  const has = (controller: string, name: string, key: string) =>
    flatValue(text(controller, name), key) !== undefined;
  const isV2 = unified !== undefined && !controllers.has("memory");
  const lists = isV2 ? text("cgroup", "cgroup.controllers").trim().split(" ") : [];
  const hugePages = look.hugePageSizes.length > 0;
  const present: Readonly<Record<MetricFeature, boolean>> = {
    "cpu-burst": has("cpu", "cpu.stat", "nr_bursts"),
    "memory-refaults": has("memory", "memory.stat", "workingset_refault_file"),
    "memory-reclaim": has("memory", "memory.stat", "pgscan"),
    "memory-events": isV2,
    hugetlb: hugePages && (controllers.has("hugetlb") || lists.includes("hugetlb")),
    // v2 keeps no peak of huge pages.
    "hugetlb-peak": hugePages && controllers.has("hugetlb"),
    "io-cost": isV2 && text("io", "io.stat").includes(" cost.usage="),
    pressure: look.hasPressure && unified !== undefined,
  };
  return new Set(allFeatures.filter((feature) => present[feature]));
}

const allFeatures: readonly MetricFeature[] = [
  "cpu-burst",
  "memory-refaults",
  "memory-reclaim",
  "memory-events",
  "hugetlb",
  "hugetlb-peak",
  "io-cost",
  "pressure",
];

/** `hugepages-2048kB` is `2MB` in the names of cgroup files (mm/hugetlb_cgroup.c, mem_fmt). */
export function hugePageSize(pool: string): readonly string[] {
  const [, digits] = /^hugepages-(\d+)kB$/.exec(pool) ?? [];
  if (digits === undefined) return [];
  const kibibytes = Number(digits);
  if (kibibytes >= 1 << 20) return [`${kibibytes >> 20}GB`];
  return [kibibytes >= 1 << 10 ? `${kibibytes >> 10}MB` : `${kibibytes}KB`];
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (thrown) {
    if (errnoOf(thrown) === "ENOENT") return [];
    throw thrown;
  }
}
