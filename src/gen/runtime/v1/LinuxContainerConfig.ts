// Original file: proto/runtime/v1/api.proto

import type { LinuxContainerResources as _runtime_v1_LinuxContainerResources, LinuxContainerResourcesOutput as _runtime_v1_LinuxContainerResourcesOutput } from '../../runtime/v1/LinuxContainerResources.ts';
import type { LinuxContainerSecurityContext as _runtime_v1_LinuxContainerSecurityContext, LinuxContainerSecurityContextOutput as _runtime_v1_LinuxContainerSecurityContextOutput } from '../../runtime/v1/LinuxContainerSecurityContext.ts';

export interface LinuxContainerConfig {
  'resources'?: (_runtime_v1_LinuxContainerResources | null);
  'securityContext'?: (_runtime_v1_LinuxContainerSecurityContext | null);
}

export interface LinuxContainerConfigOutput {
  'resources': (_runtime_v1_LinuxContainerResourcesOutput | null);
  'securityContext': (_runtime_v1_LinuxContainerSecurityContextOutput | null);
}
