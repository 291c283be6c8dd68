// Original file: proto/runtime/v1/api.proto

import type { ContainerAttributes as _runtime_v1_ContainerAttributes, ContainerAttributesOutput as _runtime_v1_ContainerAttributesOutput } from '../../runtime/v1/ContainerAttributes.ts';
import type { CpuUsage as _runtime_v1_CpuUsage, CpuUsageOutput as _runtime_v1_CpuUsageOutput } from '../../runtime/v1/CpuUsage.ts';
import type { MemoryUsage as _runtime_v1_MemoryUsage, MemoryUsageOutput as _runtime_v1_MemoryUsageOutput } from '../../runtime/v1/MemoryUsage.ts';
import type { FilesystemUsage as _runtime_v1_FilesystemUsage, FilesystemUsageOutput as _runtime_v1_FilesystemUsageOutput } from '../../runtime/v1/FilesystemUsage.ts';
import type { SwapUsage as _runtime_v1_SwapUsage, SwapUsageOutput as _runtime_v1_SwapUsageOutput } from '../../runtime/v1/SwapUsage.ts';
import type { IoUsage as _runtime_v1_IoUsage, IoUsageOutput as _runtime_v1_IoUsageOutput } from '../../runtime/v1/IoUsage.ts';

export interface ContainerStats {
  'attributes'?: (_runtime_v1_ContainerAttributes | null);
  'cpu'?: (_runtime_v1_CpuUsage | null);
  'memory'?: (_runtime_v1_MemoryUsage | null);
  'writableLayer'?: (_runtime_v1_FilesystemUsage | null);
  'swap'?: (_runtime_v1_SwapUsage | null);
  'io'?: (_runtime_v1_IoUsage | null);
}

export interface ContainerStatsOutput {
  'attributes': (_runtime_v1_ContainerAttributesOutput | null);
  'cpu': (_runtime_v1_CpuUsageOutput | null);
  'memory': (_runtime_v1_MemoryUsageOutput | null);
  'writableLayer': (_runtime_v1_FilesystemUsageOutput | null);
  'swap': (_runtime_v1_SwapUsageOutput | null);
  'io': (_runtime_v1_IoUsageOutput | null);
}
