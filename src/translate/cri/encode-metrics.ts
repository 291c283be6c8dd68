import type { MetricDescriptor } from "../../gen/runtime/v1/MetricDescriptor.ts";
import type {
  CgroupFigures,
  ContainerMetrics,
  MetricFeature,
  PodSandboxMetrics,
} from "../../model/metrics.ts";
import type { PodSandboxMetadata } from "../../model/pod-sandbox.ts";
import { MessageWriter, sizeOfBytes, sizeOfNumber } from "./message-writer.ts";
import type { MetricParts, MetricRow } from "./metric-row.ts";
import { commonLabels, metricTable } from "./metric-table.ts";

/** Returns what a node with these features describes; the same for the whole life of its kernel. */
export function encodeMetricDescriptors(features: ReadonlySet<MetricFeature>): MetricDescriptor[] {
  return metricTable
    .filter(({ needs }) => needs === undefined || features.has(needs))
    .map(({ name, help, labels }) => ({ name, help, labelKeys: [...commonLabels, ...labels] }));
}

/** Field numbers of the protocol. */
const answer = { podMetrics: 1 };
const podSandboxMetrics = { podSandboxId: 1, metrics: 2, containerMetrics: 3 };
const containerMetrics = { containerId: 1, metrics: 2 };
const metric = { name: 1, timestamp: 2, metricType: 3, labelValues: 4, value: 5 };
const uint64Value = { value: 1 };
const gauge = 1n;

/** What a metric of 300 bytes and its hundred siblings take. */
const expectedBytes = 32 << 10;

/** Name and type: the same bytes in every metric of a row. */
const heads: readonly (readonly [MetricRow, Buffer])[] = metricTable.map((row) => {
  const head = new MessageWriter().text(metric.name, row.name);
  if (row.type === "GAUGE") head.number(metric.metricType, gauge);
  return [row, head.finish()];
});

/** Writes the whole answer for one pod, the same for the list and its streamed form. Series that the kernel gives no value for are left out. */
export function encodePodSandboxMetrics(pod: PodSandboxMetrics): Buffer {
  const { sandbox } = pod;
  const { metadata } = sandbox.config;
  const body = new MessageWriter(expectedBytes).text(podSandboxMetrics.podSandboxId, sandbox.id);
  const cgroupPath = pod.pod?.cgroupPath ?? "";
  const cgroupLabels = labelBytes({ id: cgroupPath, name: "", image: "", metadata, container: "" });
  writeMetrics(body, partsOfPod(pod), cgroupLabels);
  // As cAdvisor's series of a sandbox's network bear the sandbox's name: a filter on `name` keeps them and drops the pod's cgroup.
  const networkLabels = labelBytes({
    id: cgroupPath,
    name: sandbox.id,
    image: "",
    metadata,
    container: "",
  });
  writeMetrics(body, { ...noParts, network: pod.network }, networkLabels);
  for (const container of pod.containers)
    body.bytes(podSandboxMetrics.containerMetrics, encodeContainer(container, metadata));
  const bytes = body.finish();
  return new MessageWriter(bytes.length + 16).bytes(answer.podMetrics, bytes).finish();
}

const noParts: MetricParts = {
  cgroup: undefined,
  processes: undefined,
  layer: undefined,
  network: undefined,
  life: undefined,
  oom: undefined,
};

function partsOfPod({ pod, sandbox, startedAtNanos }: PodSandboxMetrics): MetricParts {
  if (pod === undefined) return noParts;
  const { createdAtNanos } = sandbox;
  const { cgroup } = pod;
  const { timestampNanos } = cgroup;
  const life = { timestampNanos, createdAtNanos, startedAtNanos };
  return { ...noParts, cgroup, life, oom: oomOf(cgroup) };
}

function encodeContainer(
  { container, startedAtNanos, figures }: ContainerMetrics,
  metadata: PodSandboxMetadata,
): Buffer {
  const { id, createdAtNanos, config } = container;
  const { image, userSpecifiedImage } = config.image;
  const body = new MessageWriter(expectedBytes).text(containerMetrics.containerId, id);
  const labels = labelBytes({
    id: figures.cgroupPath,
    name: id,
    image: userSpecifiedImage === "" ? image : userSpecifiedImage,
    metadata,
    container: config.metadata.name,
  });
  if ("oomKills" in figures) {
    const { timestampNanos, oomKills } = figures;
    writeMetrics(body, { ...noParts, oom: { timestampNanos, kills: oomKills } }, labels);
    return body.finish();
  }
  const { cgroup, processes, layer } = figures;
  const { timestampNanos } = cgroup;
  const life = { timestampNanos, createdAtNanos, startedAtNanos };
  const parts = { cgroup, processes, layer, network: undefined, life, oom: oomOf(cgroup) };
  writeMetrics(body, parts, labels);
  return body.finish();
}

function oomOf({ timestampNanos, memory }: CgroupFigures): MetricParts["oom"] {
  const kills = memory?.oomKills;
  return kills === undefined ? undefined : { timestampNanos, kills };
}

interface CommonLabels {
  readonly id: string;
  readonly name: string;
  readonly image: string;
  readonly metadata: PodSandboxMetadata;
  readonly container: string;
}

/** Writes the values of the common labels, in their order. */
function labelBytes({ id, name, image, metadata, container }: CommonLabels): Buffer {
  const writer = new MessageWriter(512);
  for (const value of [id, name, image, metadata.name, metadata.namespace, container])
    writer.text(metric.labelValues, value);
  return writer.finish();
}

/** Writes every metric that the parts have a value for. Pods and containers have their metrics under the same field number. */
function writeMetrics(into: MessageWriter, parts: MetricParts, common: Buffer): void {
  const times = new Map<bigint, Buffer>();
  for (const [row, head] of heads) {
    const part = parts[row.part];
    if (part === undefined) continue;
    const time = row.timed ? timeBytes(part.timestampNanos, times) : untimed;
    for (const { value, labels } of row.values(parts)) {
      // All lengths are known beforehand: a small buffer for each of ten thousand values would keep the collector busy.
      const amount = sizeOfNumber(value);
      let length = head.length + common.length + time.length + sizeOfBytes(amount);
      for (const label of labels) length += sizeOfBytes(Buffer.byteLength(label));
      into.length(podSandboxMetrics.metrics, length).raw(head).raw(common).raw(time);
      for (const label of labels) into.text(metric.labelValues, label);
      into.length(metric.value, amount).number(uint64Value.value, value);
    }
  }
}

const untimed = Buffer.alloc(0);

/** Most metrics share a time, and numbers of that size are the slowest to write. */
function timeBytes(nanos: bigint, known: Map<bigint, Buffer>): Buffer {
  const bytes = known.get(nanos) ?? new MessageWriter(16).number(metric.timestamp, nanos).finish();
  known.set(nanos, bytes);
  return bytes;
}
