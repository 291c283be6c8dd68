import type { ContainerMetadata } from "./container.ts";
import type { PodSandboxMetadata } from "./pod-sandbox.ts";

/** The name that two sandboxes can never share: what the kubelet means by "the same". */
export function podSandboxName(metadata: PodSandboxMetadata): string {
  return JSON.stringify([metadata.namespace, metadata.name, metadata.uid, metadata.attempt]);
}

/** The name that two containers can never share. */
export function containerName(sandboxId: string, metadata: ContainerMetadata): string {
  return JSON.stringify([sandboxId, metadata.name, metadata.attempt]);
}
