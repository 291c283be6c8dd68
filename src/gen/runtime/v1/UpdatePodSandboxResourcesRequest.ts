// Original file: proto/runtime/v1/api.proto

import type { LinuxContainerResources as _runtime_v1_LinuxContainerResources, LinuxContainerResourcesOutput as _runtime_v1_LinuxContainerResourcesOutput } from '../../runtime/v1/LinuxContainerResources.ts';

export interface UpdatePodSandboxResourcesRequest {
  'podSandboxId'?: (string);
  'overhead'?: (_runtime_v1_LinuxContainerResources | null);
  'resources'?: (_runtime_v1_LinuxContainerResources | null);
}

export interface UpdatePodSandboxResourcesRequestOutput {
  'podSandboxId': (string);
  'overhead': (_runtime_v1_LinuxContainerResourcesOutput | null);
  'resources': (_runtime_v1_LinuxContainerResourcesOutput | null);
}
