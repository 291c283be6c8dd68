import type { ContainerFacts } from "../../model/container.ts";
import type { PodSandboxFacts } from "../../model/pod-sandbox.ts";
import type { DockerContainerInspect } from "./api.ts";

/** Stub: the body follows. */
export function sandboxFacts(
  inspect: DockerContainerInspect,
  ips: readonly string[],
): PodSandboxFacts {
  throw new Error(inspect.Id + ips.join());
}

/** Stub: the body follows. */
export function containerFacts(inspect: DockerContainerInspect): ContainerFacts {
  throw new Error(inspect.Id);
}
