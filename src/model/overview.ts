import type { ContainerState } from "./container.ts";
import type { EngineName } from "./ids.ts";
import type { PodSandboxState } from "./pod-sandbox.ts";
import type { Condition } from "./runtime.ts";

/** An engine at a glance. */
export interface EngineOverview {
  readonly engine: EngineName;
  /** Whether it can run pods. */
  readonly condition: Condition;
  /** Whether it can connect them. */
  readonly networkCondition: Condition;
  readonly podSandboxes: Readonly<Record<PodSandboxState, number>>;
  readonly containers: Readonly<Record<ContainerState, number>>;
}

/** A pod as people look for it; no labels, annotations, commands or environment, which may tell secrets. */
export interface PodOverview {
  readonly id: string;
  readonly name: string;
  readonly namespace: string;
  readonly uid: string;
  readonly attempt: number;
  readonly engine: EngineName;
  readonly runtimeHandler: string;
  readonly state: PodSandboxState;
  readonly ips: readonly string[];
  readonly pid: number;
  readonly createdAt: string;
  readonly containers: readonly ContainerOverview[];
}

/** One container of a pod. */
export interface ContainerOverview {
  readonly id: string;
  readonly name: string;
  readonly attempt: number;
  readonly state: ContainerState;
  readonly image: string;
  readonly pid: number;
  /** undefined before the end. */
  readonly exitCode: number | undefined;
  /** Why it ended; empty before. */
  readonly reason: string;
  readonly createdAt: string;
  readonly startedAt: string | undefined;
  readonly finishedAt: string | undefined;
  readonly logFile: string;
}
