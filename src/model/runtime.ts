/** A condition of the runtime as Status tells it. */
export interface Condition {
  readonly ok: boolean;
  /** CamelCase and stable, for machines; empty when ok. */
  readonly reason: string;
  /** For people; empty when ok. */
  readonly message: string;
}

export const ready: Condition = { ok: true, reason: "", message: "" };

/** What an engine can do for a pod with a given handler. */
export interface HandlerFeatures {
  readonly recursiveReadOnlyMounts: boolean;
  readonly userNamespaces: boolean;
}

export interface RuntimeHandler {
  /** Empty: the default handler. */
  readonly name: string;
  readonly features: HandlerFeatures;
}

export type CgroupDriver = "cgroupfs" | "systemd";
