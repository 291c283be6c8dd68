// Original file: proto/runtime/v1/api.proto

import type { Long } from '@grpc/proto-loader';

export interface PsiData {
  /**
   * Nanoseconds.
   */
  'Total'?: (number | string | Long);
  /**
   * Per cent of the last 10 seconds.
   */
  'Avg10'?: (number | string);
  /**
   * Per cent of the last minute.
   */
  'Avg60'?: (number | string);
  /**
   * Per cent of the last 5 minutes.
   */
  'Avg300'?: (number | string);
}

export interface PsiDataOutput {
  /**
   * Nanoseconds.
   */
  'Total': (string);
  /**
   * Per cent of the last 10 seconds.
   */
  'Avg10': (number);
  /**
   * Per cent of the last minute.
   */
  'Avg60': (number);
  /**
   * Per cent of the last 5 minutes.
   */
  'Avg300': (number);
}
