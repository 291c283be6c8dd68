// Original file: proto/runtime/v1/api.proto

import type { WindowsCpuUsage as _runtime_v1_WindowsCpuUsage, WindowsCpuUsageOutput as _runtime_v1_WindowsCpuUsageOutput } from '../../runtime/v1/WindowsCpuUsage.ts';
import type { WindowsMemoryUsage as _runtime_v1_WindowsMemoryUsage, WindowsMemoryUsageOutput as _runtime_v1_WindowsMemoryUsageOutput } from '../../runtime/v1/WindowsMemoryUsage.ts';
import type { WindowsNetworkUsage as _runtime_v1_WindowsNetworkUsage, WindowsNetworkUsageOutput as _runtime_v1_WindowsNetworkUsageOutput } from '../../runtime/v1/WindowsNetworkUsage.ts';
import type { WindowsProcessUsage as _runtime_v1_WindowsProcessUsage, WindowsProcessUsageOutput as _runtime_v1_WindowsProcessUsageOutput } from '../../runtime/v1/WindowsProcessUsage.ts';
import type { WindowsContainerStats as _runtime_v1_WindowsContainerStats, WindowsContainerStatsOutput as _runtime_v1_WindowsContainerStatsOutput } from '../../runtime/v1/WindowsContainerStats.ts';

export interface WindowsPodSandboxStats {
  'cpu'?: (_runtime_v1_WindowsCpuUsage | null);
  'memory'?: (_runtime_v1_WindowsMemoryUsage | null);
  'network'?: (_runtime_v1_WindowsNetworkUsage | null);
  'process'?: (_runtime_v1_WindowsProcessUsage | null);
  'containers'?: (_runtime_v1_WindowsContainerStats)[];
}

export interface WindowsPodSandboxStatsOutput {
  'cpu': (_runtime_v1_WindowsCpuUsageOutput | null);
  'memory': (_runtime_v1_WindowsMemoryUsageOutput | null);
  'network': (_runtime_v1_WindowsNetworkUsageOutput | null);
  'process': (_runtime_v1_WindowsProcessUsageOutput | null);
  'containers': (_runtime_v1_WindowsContainerStatsOutput)[];
}
