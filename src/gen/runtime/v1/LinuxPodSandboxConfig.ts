// Original file: proto/runtime/v1/api.proto

import type { LinuxSandboxSecurityContext as _runtime_v1_LinuxSandboxSecurityContext, LinuxSandboxSecurityContextOutput as _runtime_v1_LinuxSandboxSecurityContextOutput } from '../../runtime/v1/LinuxSandboxSecurityContext.ts';
import type { LinuxContainerResources as _runtime_v1_LinuxContainerResources, LinuxContainerResourcesOutput as _runtime_v1_LinuxContainerResourcesOutput } from '../../runtime/v1/LinuxContainerResources.ts';

export interface LinuxPodSandboxConfig {
  /**
   * In the form of a cgroupfs path; a systemd runtime converts it.
   */
  'cgroupParent'?: (string);
  'securityContext'?: (_runtime_v1_LinuxSandboxSecurityContext | null);
  'sysctls'?: ({[key: string]: string});
  /**
   * What the sandbox itself may use.
   */
  'overhead'?: (_runtime_v1_LinuxContainerResources | null);
  /**
   * The sum of what the containers may use.
   */
  'resources'?: (_runtime_v1_LinuxContainerResources | null);
}

export interface LinuxPodSandboxConfigOutput {
  /**
   * In the form of a cgroupfs path; a systemd runtime converts it.
   */
  'cgroupParent': (string);
  'securityContext': (_runtime_v1_LinuxSandboxSecurityContextOutput | null);
  'sysctls': ({[key: string]: string});
  /**
   * What the sandbox itself may use.
   */
  'overhead': (_runtime_v1_LinuxContainerResourcesOutput | null);
  /**
   * The sum of what the containers may use.
   */
  'resources': (_runtime_v1_LinuxContainerResourcesOutput | null);
}
