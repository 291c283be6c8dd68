import type { ListPodSandboxRequestOutput } from "../../gen/runtime/v1/ListPodSandboxRequest.ts";
import type { PodSandboxStatusRequestOutput } from "../../gen/runtime/v1/PodSandboxStatusRequest.ts";
import type { RemovePodSandboxRequestOutput } from "../../gen/runtime/v1/RemovePodSandboxRequest.ts";
import type { RunPodSandboxRequestOutput } from "../../gen/runtime/v1/RunPodSandboxRequest.ts";
import type { StopPodSandboxRequestOutput } from "../../gen/runtime/v1/StopPodSandboxRequest.ts";
import type { PodSandboxConfig } from "../../model/pod-sandbox.ts";
import type { PodSandboxFilter } from "../../model/request.ts";
import { decodePodSandboxFilter } from "./decode-filters.ts";
import { decodeId } from "./decode-id.ts";
import { decodePodSandboxConfig } from "./decode-pod-sandbox-config.ts";
import { decodeLine } from "./text.ts";

/* Every decoder here throws CriError InvalidArgument that names the field. Ids are returned as the client gave them. */

/** A sandbox to be run. */
export interface RunPodSandbox {
  readonly config: PodSandboxConfig;
  /** Empty: the default handler. */
  readonly runtimeHandler: string;
}

/** Returns what sandbox to run, and with which handler. */
export function decodeRunPodSandbox(request: RunPodSandboxRequestOutput): RunPodSandbox {
  return {
    config: decodePodSandboxConfig(request.config, "config"),
    runtimeHandler: decodeLine(request.runtimeHandler, "runtime_handler"),
  };
}

/** Returns the id of the sandbox to stop. */
export function decodeStopPodSandbox(request: StopPodSandboxRequestOutput): string {
  return decodeId(request.podSandboxId, "pod_sandbox_id");
}

/** Returns the id of the sandbox to remove. */
export function decodeRemovePodSandbox(request: RemovePodSandboxRequestOutput): string {
  return decodeId(request.podSandboxId, "pod_sandbox_id");
}

/** Returns the id of the sandbox that is asked about. */
export function decodePodSandboxStatus(request: PodSandboxStatusRequestOutput): {
  readonly id: string;
  readonly verbose: boolean;
} {
  return { id: decodeId(request.podSandboxId, "pod_sandbox_id"), verbose: request.verbose };
}

/** Returns which sandboxes to list. */
export function decodeListPodSandbox(request: ListPodSandboxRequestOutput): PodSandboxFilter {
  return decodePodSandboxFilter(request.filter);
}
