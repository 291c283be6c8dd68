// Original file: proto/runtime/v1/api.proto

import type { PodSandboxConfig as _runtime_v1_PodSandboxConfig, PodSandboxConfigOutput as _runtime_v1_PodSandboxConfigOutput } from '../../runtime/v1/PodSandboxConfig.ts';
import type { ContainerConfig as _runtime_v1_ContainerConfig, ContainerConfigOutput as _runtime_v1_ContainerConfigOutput } from '../../runtime/v1/ContainerConfig.ts';

export interface RestorePodRequest {
  'checkpointPath'?: (string);
  'config'?: (_runtime_v1_PodSandboxConfig | null);
  'runtimeHandler'?: (string);
  /**
   * Of the runtime handler; unknown ones are refused.
   */
  'options'?: ({[key: string]: string});
  /**
   * One for each container in the checkpoint, found by its name.
   */
  'containerConfigs'?: (_runtime_v1_ContainerConfig)[];
}

export interface RestorePodRequestOutput {
  'checkpointPath': (string);
  'config': (_runtime_v1_PodSandboxConfigOutput | null);
  'runtimeHandler': (string);
  /**
   * Of the runtime handler; unknown ones are refused.
   */
  'options': ({[key: string]: string});
  /**
   * One for each container in the checkpoint, found by its name.
   */
  'containerConfigs': (_runtime_v1_ContainerConfigOutput)[];
}
