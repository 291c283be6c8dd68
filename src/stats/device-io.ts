import type { CgroupPaths } from "../host/cgroup.ts";
import type { DeviceIo } from "../model/metrics.ts";
import type { KernelFiles } from "./kernel-files.ts";

/** Says what a block device is called, by `MAJOR:MINOR`. */
export type DeviceName = (numbers: string) => string;

/** Reads what a cgroup has read from and written to block devices, by device; empty when nothing or not counted. */
export function readDeviceIo(
  files: KernelFiles,
  { controllers, unified }: CgroupPaths,
  deviceName: DeviceName,
): readonly DeviceIo[] {
  const blkio = controllers.get("blkio");
  if (blkio !== undefined) return readV1(files, blkio, deviceName);
  const text = unified === undefined ? undefined : files.text(unified, "io.stat");
  return text === undefined ? [] : parseIoStat(text, deviceName);
}

/**
 * The throttling layer counts whatever the I/O scheduler is (Documentation/admin-guide/cgroup-v1/blkio-controller.rst):
 * ```
 * 254:0 Read 4096
 * 254:0 Write 0
 * Total 4096
 * ```
 */
function readV1(files: KernelFiles, folder: string, deviceName: DeviceName): readonly DeviceIo[] {
  const counters = (name: string) => parseCounters(files.text(folder, name) ?? "");
  const bytes = counters("blkio.throttle.io_service_bytes_recursive");
  if (bytes.size === 0) return [];
  const requests = counters("blkio.throttle.io_serviced_recursive");
  return [...bytes].map(([numbers, byOperation]) => ({
    ...identity(numbers, deviceName),
    bytes: byOperation,
    requests: requests.get(numbers) ?? nothing,
    costMicros: nothing,
  }));
}

const nothing: ReadonlyMap<string, bigint> = new Map();

function parseCounters(text: string): ReadonlyMap<string, ReadonlyMap<string, bigint>> {
  const found = new Map<string, Map<string, bigint>>();
  for (const line of text.split("\n")) {
    const [, numbers, operation = "", value] = /^(\d+:\d+)(?: (\w+))? (\d+)$/.exec(line) ?? [];
    if (numbers === undefined || value === undefined) continue;
    const ofDevice = found.get(numbers) ?? new Map<string, bigint>();
    found.set(numbers, ofDevice.set(operation, BigInt(value)));
  }
  return found;
}

/** Reads io.stat of v2: `254:0 rbytes=4096 wbytes=0 rios=1 wios=0 dbytes=0 dios=0 cost.usage=7`. */
function parseIoStat(text: string, deviceName: DeviceName): readonly DeviceIo[] {
  return text.split("\n").flatMap((line) => {
    const [numbers = "", ...pairs] = line.trim().split(" ");
    if (!/^\d+:\d+$/.test(numbers) || pairs.length === 0) return [];
    const values = new Map<string, bigint>();
    for (const pair of pairs) {
      const [, key, value] = /^([\w.]+)=(\d+)$/.exec(pair) ?? [];
      if (key !== undefined && value !== undefined) values.set(key, BigInt(value));
    }
    return {
      ...identity(numbers, deviceName),
      bytes: named(values, { Read: "rbytes", Write: "wbytes" }),
      requests: named(values, { Read: "rios", Write: "wios" }),
      costMicros: new Map([...values].filter(([key]) => key.startsWith("cost."))),
    };
  });
}

function named(
  values: ReadonlyMap<string, bigint>,
  names: Readonly<Record<string, string>>,
): ReadonlyMap<string, bigint> {
  const found = new Map<string, bigint>();
  for (const [operation, key] of Object.entries(names)) {
    const value = values.get(key);
    if (value !== undefined) found.set(operation, value);
  }
  return found;
}

function identity(numbers: string, deviceName: DeviceName) {
  const [major = "", minor = ""] = numbers.split(":");
  return { device: deviceName(numbers), major, minor };
}
