import type { CgroupPaths } from "../host/cgroup.ts";
import type { CgroupFigures, PidsFigures } from "../model/metrics.ts";
import { readCgroupLimits } from "./cgroup-limits.ts";
import { readCpuFigures } from "./cpu-figures.ts";
import { type DeviceName, readDeviceIo } from "./device-io.ts";
import { readHugetlbFigures } from "./hugetlb-figures.ts";
import type { KernelFiles } from "./kernel-files.ts";
import { readMemoryFigures } from "./memory-figures.ts";
import { readPressure } from "./pressure.ts";

/** What a reader of figures needs beside the folders. */
export interface FiguresSource {
  readonly files: KernelFiles;
  readonly deviceName: DeviceName;
  /** Sizes of huge pages that the kernel has. */
  readonly hugePageSizes: readonly string[];
  readonly nowNanos: () => bigint;
}

/** Reads everything that a cgroup's files tell; undefined when it is gone. */
export function readCgroupFigures(
  cgroup: CgroupPaths,
  { files, deviceName, hugePageSizes, nowNanos }: FiguresSource,
): CgroupFigures | undefined {
  const timestampNanos = nowNanos();
  const cpu = readCpuFigures(files, cgroup);
  const memory = readMemoryFigures(files, cgroup);
  if (cpu === undefined && memory === undefined) return undefined;
  const { unified } = cgroup;
  return {
    timestampNanos,
    cpu,
    memory,
    pids: readPids(files, cgroup.controllers.get("pids") ?? unified),
    io: readDeviceIo(files, cgroup, deviceName),
    hugetlb: readHugetlbFigures(files, cgroup, hugePageSizes),
    pressure: {
      cpu: readPressure(files, unified, "cpu"),
      memory: readPressure(files, unified, "memory"),
      io: readPressure(files, unified, "io"),
    },
    limits: readCgroupLimits(files, cgroup),
  };
}

function readPids(files: KernelFiles, folder: string | undefined): PidsFigures | undefined {
  const threads = folder === undefined ? undefined : files.number(folder, "pids.current");
  if (folder === undefined || threads === undefined) return undefined;
  return { threads, maxThreads: files.number(folder, "pids.max") };
}
