// Original file: proto/runtime/v1/api.proto

import type { Long } from '@grpc/proto-loader';

/**
 * Absent: unknown. 0 is a value.
 */
export interface UInt64Value {
  'value'?: (number | string | Long);
}

/**
 * Absent: unknown. 0 is a value.
 */
export interface UInt64ValueOutput {
  'value': (string);
}
