// Original file: proto/runtime/v1/api.proto

import type { ContainerAttributes as _runtime_v1_ContainerAttributes, ContainerAttributesOutput as _runtime_v1_ContainerAttributesOutput } from '../../runtime/v1/ContainerAttributes.ts';
import type { WindowsCpuUsage as _runtime_v1_WindowsCpuUsage, WindowsCpuUsageOutput as _runtime_v1_WindowsCpuUsageOutput } from '../../runtime/v1/WindowsCpuUsage.ts';
import type { WindowsMemoryUsage as _runtime_v1_WindowsMemoryUsage, WindowsMemoryUsageOutput as _runtime_v1_WindowsMemoryUsageOutput } from '../../runtime/v1/WindowsMemoryUsage.ts';
import type { WindowsFilesystemUsage as _runtime_v1_WindowsFilesystemUsage, WindowsFilesystemUsageOutput as _runtime_v1_WindowsFilesystemUsageOutput } from '../../runtime/v1/WindowsFilesystemUsage.ts';

export interface WindowsContainerStats {
  'attributes'?: (_runtime_v1_ContainerAttributes | null);
  'cpu'?: (_runtime_v1_WindowsCpuUsage | null);
  'memory'?: (_runtime_v1_WindowsMemoryUsage | null);
  'writableLayer'?: (_runtime_v1_WindowsFilesystemUsage | null);
}

export interface WindowsContainerStatsOutput {
  'attributes': (_runtime_v1_ContainerAttributesOutput | null);
  'cpu': (_runtime_v1_WindowsCpuUsageOutput | null);
  'memory': (_runtime_v1_WindowsMemoryUsageOutput | null);
  'writableLayer': (_runtime_v1_WindowsFilesystemUsageOutput | null);
}
