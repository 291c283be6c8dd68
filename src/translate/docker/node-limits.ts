/** What the process that starts containers may itself do; nothing may be given to a container beyond it. */
export interface NodeLimits {
  /** Capabilities this node can give: upper-case names without `CAP_`. */
  readonly capabilities: readonly string[];
  /** The lowest oom_score_adj that can be set; -1000 where CAP_SYS_RESOURCE is held. */
  readonly minOomScoreAdj: number;
}

/** Returns the score, raised to what this node may set; undefined counts as 0. */
export function clampOomScoreAdj(score: number | undefined, limits: NodeLimits): number {
  return Math.max(score ?? 0, limits.minOomScoreAdj);
}
