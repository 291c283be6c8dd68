import type { ContainerStatusRequestOutput } from "../../gen/runtime/v1/ContainerStatusRequest.ts";
import type { CreateContainerRequestOutput } from "../../gen/runtime/v1/CreateContainerRequest.ts";
import type { ListContainersRequestOutput } from "../../gen/runtime/v1/ListContainersRequest.ts";
import type { RemoveContainerRequestOutput } from "../../gen/runtime/v1/RemoveContainerRequest.ts";
import type { ReopenContainerLogRequestOutput } from "../../gen/runtime/v1/ReopenContainerLogRequest.ts";
import type { StartContainerRequestOutput } from "../../gen/runtime/v1/StartContainerRequest.ts";
import type { StopContainerRequestOutput } from "../../gen/runtime/v1/StopContainerRequest.ts";
import type { UpdateContainerResourcesRequestOutput } from "../../gen/runtime/v1/UpdateContainerResourcesRequest.ts";
import type { ContainerConfig } from "../../model/container.ts";
import type { ContainerFilter } from "../../model/request.ts";
import type { LinuxResources } from "../../model/resources.ts";
import { decodeContainerConfig } from "./decode-container-config.ts";
import { decodeContainerFilter } from "./decode-filters.ts";
import { decodeId } from "./decode-id.ts";
import { decodePodSandboxConfig } from "./decode-pod-sandbox-config.ts";
import { decodeResources } from "./decode-resources.ts";
import { anyAmount, decodeInteger } from "./integers.ts";
import { refuse } from "./refuse.ts";

/* Every decoder here throws CriError InvalidArgument that names the field. Ids are returned as the client gave them. */

/** A container to be created. */
export interface CreateContainer {
  readonly podSandboxId: string;
  readonly config: ContainerConfig;
}

/**
 * Returns what container to create, and where. The sandbox's configuration comes along for reference only: it is checked
 * when it is there, and what RunPodSandbox was given counts.
 */
export function decodeCreateContainer(request: CreateContainerRequestOutput): CreateContainer {
  const podSandboxId = decodeId(request.podSandboxId, "pod_sandbox_id");
  const config = decodeContainerConfig(request.config, "config");
  if (request.sandboxConfig !== null) {
    const { logDirectory } = decodePodSandboxConfig(request.sandboxConfig, "sandbox_config");
    if (logDirectory === "" && config.logPath !== "") {
      return refuse("sandbox_config.log_directory", "must be absolute when log_path is set");
    }
  }
  return { podSandboxId, config };
}

/** Returns the id of the container to start. */
export function decodeStartContainer(request: StartContainerRequestOutput): string {
  return decodeId(request.containerId, "container_id");
}

/** Returns the id of the container to stop and its grace period; 0 kills at once. */
export function decodeStopContainer(request: StopContainerRequestOutput): {
  readonly id: string;
  readonly graceSeconds: number;
} {
  return {
    id: decodeId(request.containerId, "container_id"),
    graceSeconds: decodeInteger(request.timeout, "timeout", anyAmount),
  };
}

/** Returns the id of the container to remove. */
export function decodeRemoveContainer(request: RemoveContainerRequestOutput): string {
  return decodeId(request.containerId, "container_id");
}

/** Returns the id of the container that is asked about. */
export function decodeContainerStatus(request: ContainerStatusRequestOutput): {
  readonly id: string;
  readonly verbose: boolean;
} {
  return { id: decodeId(request.containerId, "container_id"), verbose: request.verbose };
}

/** Returns which containers to list. */
export function decodeListContainers(request: ListContainersRequestOutput): ContainerFilter {
  return decodeContainerFilter(request.filter);
}

/** Returns the container and its new limits; those that are undefined stay as they are. */
export function decodeUpdateContainerResources(request: UpdateContainerResourcesRequestOutput): {
  readonly id: string;
  readonly resources: LinuxResources;
} {
  if (request.windows !== null) return refuse("windows", "must be absent on Linux");
  return {
    id: decodeId(request.containerId, "container_id"),
    resources: decodeResources(request.linux, "linux"),
  };
}

/** Returns the id of the container whose log file was renamed. */
export function decodeReopenContainerLog(request: ReopenContainerLogRequestOutput): string {
  return decodeId(request.containerId, "container_id");
}
