// Original file: proto/runtime/v1/api.proto

import type { CpuUsage as _runtime_v1_CpuUsage, CpuUsageOutput as _runtime_v1_CpuUsageOutput } from '../../runtime/v1/CpuUsage.ts';
import type { MemoryUsage as _runtime_v1_MemoryUsage, MemoryUsageOutput as _runtime_v1_MemoryUsageOutput } from '../../runtime/v1/MemoryUsage.ts';
import type { NetworkUsage as _runtime_v1_NetworkUsage, NetworkUsageOutput as _runtime_v1_NetworkUsageOutput } from '../../runtime/v1/NetworkUsage.ts';
import type { ProcessUsage as _runtime_v1_ProcessUsage, ProcessUsageOutput as _runtime_v1_ProcessUsageOutput } from '../../runtime/v1/ProcessUsage.ts';
import type { ContainerStats as _runtime_v1_ContainerStats, ContainerStatsOutput as _runtime_v1_ContainerStatsOutput } from '../../runtime/v1/ContainerStats.ts';
import type { IoUsage as _runtime_v1_IoUsage, IoUsageOutput as _runtime_v1_IoUsageOutput } from '../../runtime/v1/IoUsage.ts';

export interface LinuxPodSandboxStats {
  'cpu'?: (_runtime_v1_CpuUsage | null);
  'memory'?: (_runtime_v1_MemoryUsage | null);
  'network'?: (_runtime_v1_NetworkUsage | null);
  'process'?: (_runtime_v1_ProcessUsage | null);
  'containers'?: (_runtime_v1_ContainerStats)[];
  'io'?: (_runtime_v1_IoUsage | null);
}

export interface LinuxPodSandboxStatsOutput {
  'cpu': (_runtime_v1_CpuUsageOutput | null);
  'memory': (_runtime_v1_MemoryUsageOutput | null);
  'network': (_runtime_v1_NetworkUsageOutput | null);
  'process': (_runtime_v1_ProcessUsageOutput | null);
  'containers': (_runtime_v1_ContainerStatsOutput)[];
  'io': (_runtime_v1_IoUsageOutput | null);
}
