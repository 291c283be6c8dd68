import { type LinuxResources, noResources } from "../../model/resources.ts";
import { type Fields, refused } from "./fields.ts";
import { readQuantity } from "./quantity.ts";

/** What a container asks for and may use; undefined: not said. A limit alone is also the request, as the API server defaults it. */
export interface Demand {
  readonly cpuRequestMillis: number | undefined;
  readonly cpuLimitMillis: number | undefined;
  readonly memoryRequestBytes: number | undefined;
  readonly memoryLimitBytes: number | undefined;
}

/** How a kubelet ranks pods when memory runs out. */
export type QosClass = "Guaranteed" | "Burstable" | "BestEffort";

/** Reads `resources` of a container. */
export function readDemand(container: Fields): Demand {
  const resources = container.objectOrEmpty("resources");
  const limits = resources.objectOrEmpty("limits");
  const requests = resources.objectOrEmpty("requests");
  resources.end();
  const cpuLimitMillis = readQuantity(limits, "cpu", 1000);
  const memoryLimitBytes = readQuantity(limits, "memory", 1);
  const demand = {
    cpuLimitMillis,
    memoryLimitBytes,
    cpuRequestMillis: readQuantity(requests, "cpu", 1000) ?? cpuLimitMillis,
    memoryRequestBytes: readQuantity(requests, "memory", 1) ?? memoryLimitBytes,
  };
  limits.end();
  requests.end();
  refuseOverLimit(demand, container);
  return demand;
}

function refuseOverLimit(demand: Demand, container: Fields): void {
  const path = container.at("resources.requests");
  if ((demand.cpuRequestMillis ?? 0) > (demand.cpuLimitMillis ?? Number.POSITIVE_INFINITY)) {
    throw refused(`${path}.cpu`, "must not be more than the limit");
  }
  if ((demand.memoryRequestBytes ?? 0) > (demand.memoryLimitBytes ?? Number.POSITIVE_INFINITY)) {
    throw refused(`${path}.memory`, "must not be more than the limit");
  }
}

/** The quality of service of a pod with these containers (kubelet's pkg/apis/core/v1/helper/qos). */
export function qosClass(demands: readonly Demand[]): QosClass {
  if (demands.every((demand) => !saysAnything(demand))) return "BestEffort";
  return demands.every(isGuaranteed) ? "Guaranteed" : "Burstable";
}

function saysAnything(demand: Demand): boolean {
  return Object.values(demand).some((value: number | undefined) => (value ?? 0) > 0);
}

function isGuaranteed(demand: Demand): boolean {
  const { cpuLimitMillis, memoryLimitBytes } = demand;
  if (cpuLimitMillis === undefined || memoryLimitBytes === undefined) return false;
  return (
    demand.cpuRequestMillis === cpuLimitMillis && demand.memoryRequestBytes === memoryLimitBytes
  );
}

const quotaPeriodMicros = 100_000;

/** The kernel's limits of a container, in the figures that a kubelet computes (kubelet's pkg/kubelet/cm helpers and qos policy). */
export function linuxResources(
  demand: Demand,
  qos: QosClass,
  nodeMemoryBytes: number,
): LinuxResources {
  return {
    ...noResources,
    ...cpuResources(demand),
    memoryLimitBytes: demand.memoryLimitBytes,
    oomScoreAdj: oomScoreAdj(demand, qos, nodeMemoryBytes),
  };
}

/** Shares lie between the kernel's bounds 2 and 262144; a quota is at least a millisecond. */
function cpuResources({ cpuRequestMillis, cpuLimitMillis }: Demand): Partial<LinuxResources> {
  const shares = Math.floor(((cpuRequestMillis ?? 0) * 1024) / 1000);
  const cpuShares = Math.min(Math.max(shares, 2), 262_144);
  if (cpuLimitMillis === undefined) return { cpuShares };
  const quota = Math.floor((cpuLimitMillis * quotaPeriodMicros) / 1000);
  return { cpuShares, cpuPeriodMicros: quotaPeriodMicros, cpuQuotaMicros: Math.max(quota, 1000) };
}

/** The more of the node's memory a Burstable container asked for, the later it is chosen; always between the other two classes. */
function oomScoreAdj(demand: Demand, qos: QosClass, nodeMemoryBytes: number): number {
  if (qos === "Guaranteed") return -997;
  if (qos === "BestEffort") return 1000;
  const share = Math.floor((1000 * (demand.memoryRequestBytes ?? 0)) / nodeMemoryBytes);
  return Math.min(Math.max(1000 - share, 3), 999);
}
