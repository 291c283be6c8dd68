// Original file: proto/runtime/v1/api.proto

import type { LinuxContainerResources as _runtime_v1_LinuxContainerResources, LinuxContainerResourcesOutput as _runtime_v1_LinuxContainerResourcesOutput } from '../../runtime/v1/LinuxContainerResources.ts';
import type { WindowsContainerResources as _runtime_v1_WindowsContainerResources, WindowsContainerResourcesOutput as _runtime_v1_WindowsContainerResourcesOutput } from '../../runtime/v1/WindowsContainerResources.ts';

export interface UpdateContainerResourcesRequest {
  'containerId'?: (string);
  'linux'?: (_runtime_v1_LinuxContainerResources | null);
  'windows'?: (_runtime_v1_WindowsContainerResources | null);
  /**
   * Whatever else there is to say about this update.
   */
  'annotations'?: ({[key: string]: string});
}

export interface UpdateContainerResourcesRequestOutput {
  'containerId': (string);
  'linux': (_runtime_v1_LinuxContainerResourcesOutput | null);
  'windows': (_runtime_v1_WindowsContainerResourcesOutput | null);
  /**
   * Whatever else there is to say about this update.
   */
  'annotations': ({[key: string]: string});
}
