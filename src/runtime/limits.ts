import type { ContainerRecord } from "../backends/backend.ts";
import type { Container } from "../model/container.ts";

/** Returns a container whose configuration has the limits in force: updates have changed those that it was created with. */
export function withLimitsInForce({ container, facts }: ContainerRecord): Container {
  return { ...container, config: { ...container.config, resources: facts.resources } };
}
