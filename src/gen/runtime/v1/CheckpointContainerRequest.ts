// Original file: proto/runtime/v1/api.proto

import type { Long } from '@grpc/proto-loader';

export interface CheckpointContainerRequest {
  'containerId'?: (string);
  'location'?: (string);
  /**
   * Seconds; 0: the runtime's default.
   */
  'timeout'?: (number | string | Long);
}

export interface CheckpointContainerRequestOutput {
  'containerId': (string);
  'location': (string);
  /**
   * Seconds; 0: the runtime's default.
   */
  'timeout': (string);
}
