// Original file: proto/runtime/v1/api.proto

import type { PodSandboxAttributes as _runtime_v1_PodSandboxAttributes, PodSandboxAttributesOutput as _runtime_v1_PodSandboxAttributesOutput } from '../../runtime/v1/PodSandboxAttributes.ts';
import type { LinuxPodSandboxStats as _runtime_v1_LinuxPodSandboxStats, LinuxPodSandboxStatsOutput as _runtime_v1_LinuxPodSandboxStatsOutput } from '../../runtime/v1/LinuxPodSandboxStats.ts';
import type { WindowsPodSandboxStats as _runtime_v1_WindowsPodSandboxStats, WindowsPodSandboxStatsOutput as _runtime_v1_WindowsPodSandboxStatsOutput } from '../../runtime/v1/WindowsPodSandboxStats.ts';

export interface PodSandboxStats {
  'attributes'?: (_runtime_v1_PodSandboxAttributes | null);
  'linux'?: (_runtime_v1_LinuxPodSandboxStats | null);
  'windows'?: (_runtime_v1_WindowsPodSandboxStats | null);
}

export interface PodSandboxStatsOutput {
  'attributes': (_runtime_v1_PodSandboxAttributesOutput | null);
  'linux': (_runtime_v1_LinuxPodSandboxStatsOutput | null);
  'windows': (_runtime_v1_WindowsPodSandboxStatsOutput | null);
}
