// Original file: proto/runtime/v1/api.proto

import type { UInt64Value as _runtime_v1_UInt64Value, UInt64ValueOutput as _runtime_v1_UInt64ValueOutput } from '../../runtime/v1/UInt64Value.ts';
import type { PsiStats as _runtime_v1_PsiStats, PsiStatsOutput as _runtime_v1_PsiStatsOutput } from '../../runtime/v1/PsiStats.ts';
import type { Long } from '@grpc/proto-loader';

export interface MemoryUsage {
  'timestamp'?: (number | string | Long);
  /**
   * Usage without inactive file pages.
   */
  'workingSetBytes'?: (_runtime_v1_UInt64Value | null);
  /**
   * Limit less working set.
   */
  'availableBytes'?: (_runtime_v1_UInt64Value | null);
  'usageBytes'?: (_runtime_v1_UInt64Value | null);
  'rssBytes'?: (_runtime_v1_UInt64Value | null);
  /**
   * Minor ones, so far.
   */
  'pageFaults'?: (_runtime_v1_UInt64Value | null);
  'majorPageFaults'?: (_runtime_v1_UInt64Value | null);
  'psi'?: (_runtime_v1_PsiStats | null);
}

export interface MemoryUsageOutput {
  'timestamp': (string);
  /**
   * Usage without inactive file pages.
   */
  'workingSetBytes': (_runtime_v1_UInt64ValueOutput | null);
  /**
   * Limit less working set.
   */
  'availableBytes': (_runtime_v1_UInt64ValueOutput | null);
  'usageBytes': (_runtime_v1_UInt64ValueOutput | null);
  'rssBytes': (_runtime_v1_UInt64ValueOutput | null);
  /**
   * Minor ones, so far.
   */
  'pageFaults': (_runtime_v1_UInt64ValueOutput | null);
  'majorPageFaults': (_runtime_v1_UInt64ValueOutput | null);
  'psi': (_runtime_v1_PsiStatsOutput | null);
}
