// Original file: proto/runtime/v1/api.proto

import type { ContainerConfig as _runtime_v1_ContainerConfig, ContainerConfigOutput as _runtime_v1_ContainerConfigOutput } from '../../runtime/v1/ContainerConfig.ts';
import type { PodSandboxConfig as _runtime_v1_PodSandboxConfig, PodSandboxConfigOutput as _runtime_v1_PodSandboxConfigOutput } from '../../runtime/v1/PodSandboxConfig.ts';

export interface CreateContainerRequest {
  'podSandboxId'?: (string);
  'config'?: (_runtime_v1_ContainerConfig | null);
  /**
   * The same that made the sandbox.
   */
  'sandboxConfig'?: (_runtime_v1_PodSandboxConfig | null);
}

export interface CreateContainerRequestOutput {
  'podSandboxId': (string);
  'config': (_runtime_v1_ContainerConfigOutput | null);
  /**
   * The same that made the sandbox.
   */
  'sandboxConfig': (_runtime_v1_PodSandboxConfigOutput | null);
}
