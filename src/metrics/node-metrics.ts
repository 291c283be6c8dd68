import type { EngineOverview } from "../model/overview.ts";
import type { Condition } from "../model/runtime.ts";
import type { CollectedValue, PromMeter } from "./prom-meter.ts";

/** What is read of the node at each scrape. */
export interface NodeSource {
  /** From memory. */
  engines(): readonly EngineOverview[];
  /** Whether lists are answered. From memory. */
  lists(): Condition;
  /** How far the translation of logs is behind what engines wrote. */
  logLag(): LogLag;
  /** Files in the quarantine folder. */
  quarantinedFiles(): Promise<number>;
}

/** Logs that engines write and we translate. */
interface LogLag {
  readonly followed: number;
  readonly lagBytes: number;
  /** Of the container that is furthest behind. */
  readonly largestLagBytes: number;
}

/** Has the gauges read whose truth lies in the ledger, the engines, the log files and on disk. */
export function collectNode(meter: PromMeter, node: NodeSource): void {
  collectEngines(meter, () => node.engines());
  meter.collect("cri_ferry_log_followed", () => [{ value: node.logLag().followed }]);
  meter.collect("cri_ferry_log_lag_bytes", () => [{ value: node.logLag().lagBytes }]);
  meter.collect("cri_ferry_log_lag_largest_bytes", () => [
    { value: node.logLag().largestLagBytes },
  ]);
  meter.collect("cri_ferry_state_quarantined_files", async () => [
    { value: await node.quarantinedFiles() },
  ]);
}

function collectEngines(meter: PromMeter, engines: () => readonly EngineOverview[]): void {
  const ofEach = (
    name: string,
    values: (overview: EngineOverview) => readonly CollectedValue[],
  ): void => meter.collect(name, () => engines().flatMap(values));
  ofEach("cri_ferry_engine_ready", ({ engine, condition }) => [
    { value: Number(condition.ok), labels: { engine } },
  ]);
  ofEach("cri_ferry_engine_network_ready", ({ engine, networkCondition }) => [
    { value: Number(networkCondition.ok), labels: { engine } },
  ]);
  ofEach("cri_ferry_pod_sandboxes", ({ engine, podSandboxes }) => byState(engine, podSandboxes));
  ofEach("cri_ferry_containers", ({ engine, containers }) => byState(engine, containers));
}

function byState(
  engine: string,
  counts: Readonly<Record<string, number>>,
): readonly CollectedValue[] {
  return Object.entries(counts).map(([state, value]) => ({ value, labels: { engine, state } }));
}
