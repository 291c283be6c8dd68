import type { ContainerEventResponse } from "../../gen/runtime/v1/ContainerEventResponse.ts";
import type { Container, ContainerFacts } from "../../model/container.ts";
import type { ContainerEventType } from "../../model/event.ts";
import type { PodSandbox, PodSandboxFacts } from "../../model/pod-sandbox.ts";
import { encodeContainerStatus } from "./encode-container.ts";
import { encodePodSandboxStatus } from "./encode-pod-sandbox.ts";

interface Event {
  readonly id: string;
  readonly type: ContainerEventType;
  readonly createdAtNanos: bigint;
  readonly sandbox: { readonly sandbox: PodSandbox; readonly facts: PodSandboxFacts } | undefined;
  readonly containers: readonly { readonly container: Container; readonly facts: ContainerFacts }[];
}

/** Translates what happened to a container or a sandbox, with its pod; the id is the sandbox's for what happened to that. */
export function encodeContainerEvent(event: Event): ContainerEventResponse {
  return {
    containerId: event.id,
    containerEventType: `CONTAINER_${event.type}_EVENT`,
    createdAt: String(event.createdAtNanos),
    podSandboxStatus: event.sandbox === undefined ? null : encodePodSandboxStatus(event.sandbox),
    containersStatuses: event.containers.map(encodeContainerStatus),
  };
}
