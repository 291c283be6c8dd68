// Original file: proto/runtime/v1/api.proto

import type { UInt64Value as _runtime_v1_UInt64Value, UInt64ValueOutput as _runtime_v1_UInt64ValueOutput } from '../../runtime/v1/UInt64Value.ts';
import type { PsiStats as _runtime_v1_PsiStats, PsiStatsOutput as _runtime_v1_PsiStatsOutput } from '../../runtime/v1/PsiStats.ts';
import type { Long } from '@grpc/proto-loader';

export interface CpuUsage {
  'timestamp'?: (number | string | Long);
  /**
   * CPU time used so far, over all cores.
   */
  'usageCoreNanoSeconds'?: (_runtime_v1_UInt64Value | null);
  /**
   * CPU time used per second, averaged over the last sample window.
   */
  'usageNanoCores'?: (_runtime_v1_UInt64Value | null);
  'psi'?: (_runtime_v1_PsiStats | null);
}

export interface CpuUsageOutput {
  'timestamp': (string);
  /**
   * CPU time used so far, over all cores.
   */
  'usageCoreNanoSeconds': (_runtime_v1_UInt64ValueOutput | null);
  /**
   * CPU time used per second, averaged over the last sample window.
   */
  'usageNanoCores': (_runtime_v1_UInt64ValueOutput | null);
  'psi': (_runtime_v1_PsiStatsOutput | null);
}
