// Original file: proto/runtime/v1/api.proto

import type { Long } from '@grpc/proto-loader';

/**
 * Absent: not said. 0 is a value.
 */
export interface Int64Value {
  'value'?: (number | string | Long);
}

/**
 * Absent: not said. 0 is a value.
 */
export interface Int64ValueOutput {
  'value': (string);
}
