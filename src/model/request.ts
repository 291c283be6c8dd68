import type { ContainerState } from "./container.ts";
import type { PodSandboxState } from "./pod-sandbox.ts";

/** What requests carry beside an id. Ids in here are the client's words: perhaps short, not yet resolved. */

/** Which sandboxes to list: all that is set must match. */
export interface PodSandboxFilter {
  readonly id: string | undefined;
  readonly state: PodSandboxState | undefined;
  /** Each of these labels with exactly this value; empty: all. */
  readonly labelSelector: Readonly<Record<string, string>>;
}

/** Which containers to list: all that is set must match. */
export interface ContainerFilter {
  readonly id: string | undefined;
  readonly state: ContainerState | undefined;
  readonly podSandboxId: string | undefined;
  readonly labelSelector: Readonly<Record<string, string>>;
}

/** Which containers to measure: all that is set must match. */
export interface ContainerStatsFilter {
  readonly id: string | undefined;
  readonly podSandboxId: string | undefined;
  readonly labelSelector: Readonly<Record<string, string>>;
}

/** Which sandboxes to measure: all that is set must match. */
export interface PodSandboxStatsFilter {
  readonly id: string | undefined;
  readonly labelSelector: Readonly<Record<string, string>>;
}

/** A command to run in a container to its end. */
export interface ExecSyncCommand {
  readonly containerId: string;
  /** The program and its arguments; never empty. */
  readonly command: readonly string[];
  /** undefined: as long as the caller waits. */
  readonly timeoutSeconds: number | undefined;
}
