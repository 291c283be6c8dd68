import type { DeviceIo, LayerFigures } from "../../model/metrics.ts";
import { each, type MetricRow, type MetricValue, rowsOf } from "./metric-row.ts";

const io = rowsOf("cgroup");
const layers = rowsOf("layer");

/** Returns what makes a row with a value for each device. */
function byDevice(value: (device: DeviceIo) => bigint | undefined) {
  return {
    labels: ["device"],
    from: ({ io: devices }: { readonly io: readonly DeviceIo[] }) =>
      each(devices, ({ device }) => [device], value),
  };
}

/** What a cgroup reads from and writes to block devices. */
export const ioMetrics: readonly MetricRow[] = [
  io.counter({
    name: "container_fs_reads_bytes_total",
    help: "Bytes read from block devices.",
    ...byDevice(({ bytes }) => bytes.get("Read")),
  }),
  io.counter({
    name: "container_fs_writes_bytes_total",
    help: "Bytes written to block devices.",
    ...byDevice(({ bytes }) => bytes.get("Write")),
  }),
  io.counter({
    name: "container_fs_reads_total",
    help: "Reads from block devices.",
    ...byDevice(({ requests }) => requests.get("Read")),
  }),
  io.counter({
    name: "container_fs_writes_total",
    help: "Writes to block devices.",
    ...byDevice(({ requests }) => requests.get("Write")),
  }),
  io.counter({
    name: "container_blkio_device_usage_total",
    help: "Bytes moved from and to block devices, by what was done.",
    labels: ["device", "major", "minor", "operation"],
    from: ({ io: devices }) =>
      devices.flatMap(({ device, major, minor, bytes }) =>
        [...bytes].map(([operation, value]) => ({
          value,
          labels: [device, major, minor, operation],
        })),
      ),
  }),
];

const costs = [
  ["usage", "Device time that the requests were reckoned to cost"],
  ["wait", "Time for which requests were held back for their cost"],
  ["indebt", "Time spent in debt to other requests"],
  ["indelay", "Time for which debt held the processes back"],
] as const;

/** What the io.cost controller reckons. */
export const ioCostMetrics: readonly MetricRow[] = costs.map(([kind, what]) =>
  io.counter({
    name: `container_fs_io_cost_${kind}_seconds_total`,
    help: `${what}, in seconds.`,
    needs: "io-cost",
    ...byDevice(({ costMicros }) => wholeSeconds(costMicros.get(`cost.${kind}`))),
  }),
);

function wholeSeconds(micros: bigint | undefined): bigint | undefined {
  return micros === undefined ? undefined : micros / 1_000_000n;
}

const fileSystem = (layer: LayerFigures, value: bigint | undefined): readonly MetricValue[] =>
  value === undefined ? [] : [{ value, labels: [layer.device] }];

/** The file system under a container's writable layer. */
export const layerMetrics: readonly MetricRow[] = [
  layers.gauge({
    name: "container_fs_usage_bytes",
    help: "Bytes that the container's writable layer takes.",
    labels: ["device"],
    from: (layer) => fileSystem(layer, layer.usedBytes),
  }),
  layers.gauge({
    name: "container_fs_limit_bytes",
    help: "Bytes that the file system of the writable layer has.",
    labels: ["device"],
    from: (layer) => fileSystem(layer, layer.capacityBytes),
  }),
  layers.gauge({
    name: "container_fs_inodes_total",
    help: "Inodes that the file system of the writable layer has.",
    labels: ["device"],
    from: (layer) => fileSystem(layer, layer.inodes),
  }),
  layers.gauge({
    name: "container_fs_inodes_free",
    help: "Inodes that are free on the file system of the writable layer.",
    labels: ["device"],
    from: (layer) => fileSystem(layer, layer.inodesFree),
  }),
];
