// Original file: proto/runtime/v1/api.proto

import type { PodSandboxConfig as _runtime_v1_PodSandboxConfig, PodSandboxConfigOutput as _runtime_v1_PodSandboxConfigOutput } from '../../runtime/v1/PodSandboxConfig.ts';

export interface RunPodSandboxRequest {
  'config'?: (_runtime_v1_PodSandboxConfig | null);
  /**
   * Empty: the default. One that is unknown is refused.
   */
  'runtimeHandler'?: (string);
}

export interface RunPodSandboxRequestOutput {
  'config': (_runtime_v1_PodSandboxConfigOutput | null);
  /**
   * Empty: the default. One that is unknown is refused.
   */
  'runtimeHandler': (string);
}
