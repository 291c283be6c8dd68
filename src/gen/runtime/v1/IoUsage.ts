// Original file: proto/runtime/v1/api.proto

import type { PsiStats as _runtime_v1_PsiStats, PsiStatsOutput as _runtime_v1_PsiStatsOutput } from '../../runtime/v1/PsiStats.ts';
import type { Long } from '@grpc/proto-loader';

export interface IoUsage {
  'timestamp'?: (number | string | Long);
  'psi'?: (_runtime_v1_PsiStats | null);
}

export interface IoUsageOutput {
  'timestamp': (string);
  'psi': (_runtime_v1_PsiStatsOutput | null);
}
