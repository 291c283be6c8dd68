import type { LinuxResources } from "../../model/resources.ts";
import type { DockerUpdateBody } from "./api.ts";
import type { CgroupWrite } from "./cgroup-writes.ts";
import type { EngineFacts } from "./engine.ts";
import type { NodeLimits } from "./node-limits.ts";

export interface ResourcesUpdateInput {
  readonly wanted: LinuxResources;
  /** The limits in force. */
  readonly current: LinuxResources;
  readonly engine: EngineFacts;
  readonly limits: NodeLimits;
}

export interface ResourcesUpdate {
  /** undefined: docker has nothing to change. */
  readonly body: DockerUpdateBody | undefined;
  /** After docker's update, in this order. */
  readonly cgroupWrites: readonly CgroupWrite[];
  /** To be written to /proc/PID/oom_score_adj; undefined: leave it. */
  readonly oomScoreAdj: number | undefined;
  /** The limits in force afterwards. */
  readonly resources: LinuxResources;
}

/** Stub: the body follows. */
export function resourcesUpdate(input: ResourcesUpdateInput): ResourcesUpdate {
  throw new Error(input.engine.version);
}
