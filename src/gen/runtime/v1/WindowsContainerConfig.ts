// Original file: proto/runtime/v1/api.proto

import type { WindowsContainerResources as _runtime_v1_WindowsContainerResources, WindowsContainerResourcesOutput as _runtime_v1_WindowsContainerResourcesOutput } from '../../runtime/v1/WindowsContainerResources.ts';
import type { WindowsContainerSecurityContext as _runtime_v1_WindowsContainerSecurityContext, WindowsContainerSecurityContextOutput as _runtime_v1_WindowsContainerSecurityContextOutput } from '../../runtime/v1/WindowsContainerSecurityContext.ts';

export interface WindowsContainerConfig {
  'resources'?: (_runtime_v1_WindowsContainerResources | null);
  'securityContext'?: (_runtime_v1_WindowsContainerSecurityContext | null);
}

export interface WindowsContainerConfigOutput {
  'resources': (_runtime_v1_WindowsContainerResourcesOutput | null);
  'securityContext': (_runtime_v1_WindowsContainerSecurityContextOutput | null);
}
