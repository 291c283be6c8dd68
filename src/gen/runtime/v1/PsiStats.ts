// Original file: proto/runtime/v1/api.proto

import type { PsiData as _runtime_v1_PsiData, PsiDataOutput as _runtime_v1_PsiDataOutput } from '../../runtime/v1/PsiData.ts';

/**
 * Pressure stall information.
 */
export interface PsiStats {
  /**
   * All tasks were waiting.
   */
  'Full'?: (_runtime_v1_PsiData | null);
  /**
   * At least one task was waiting.
   */
  'Some'?: (_runtime_v1_PsiData | null);
}

/**
 * Pressure stall information.
 */
export interface PsiStatsOutput {
  /**
   * All tasks were waiting.
   */
  'Full': (_runtime_v1_PsiDataOutput | null);
  /**
   * At least one task was waiting.
   */
  'Some': (_runtime_v1_PsiDataOutput | null);
}
