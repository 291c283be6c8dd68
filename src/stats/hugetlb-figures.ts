import type { CgroupPaths } from "../host/cgroup.ts";
import type { HugetlbFigures } from "../model/metrics.ts";
import { flatValue, type KernelFiles } from "./kernel-files.ts";

/** Reads a cgroup's huge pages, by page size; empty when the controller is off. Reserved pages count where the kernel tells them (5.7). */
export function readHugetlbFigures(
  files: KernelFiles,
  { controllers, unified }: CgroupPaths,
  pageSizes: readonly string[],
): readonly HugetlbFigures[] {
  const hugetlb = controllers.get("hugetlb");
  return pageSizes.flatMap((pageSize) => {
    if (hugetlb !== undefined) return readV1(files, hugetlb, pageSize);
    return unified === undefined ? [] : readV2(files, unified, pageSize);
  });
}

function readV1(files: KernelFiles, folder: string, pageSize: string): readonly HugetlbFigures[] {
  for (const prefix of [`hugetlb.${pageSize}.rsvd`, `hugetlb.${pageSize}`]) {
    const usageBytes = files.number(folder, `${prefix}.usage_in_bytes`);
    if (usageBytes === undefined) continue;
    const maxUsageBytes = files.number(folder, `${prefix}.max_usage_in_bytes`);
    const limitHits = files.number(folder, `${prefix}.failcnt`) ?? 0n;
    return [{ pageSize, usageBytes, maxUsageBytes, limitHits }];
  }
  return [];
}

/** v2 keeps no peak. */
function readV2(files: KernelFiles, folder: string, pageSize: string): readonly HugetlbFigures[] {
  const prefix = `hugetlb.${pageSize}`;
  const usageBytes =
    files.number(folder, `${prefix}.rsvd.current`) ?? files.number(folder, `${prefix}.current`);
  if (usageBytes === undefined) return [];
  const events = files.text(folder, `${prefix}.events`) ?? "";
  const limitHits = flatValue(events, "max") ?? 0n;
  return [{ pageSize, usageBytes, maxUsageBytes: undefined, limitHits }];
}
