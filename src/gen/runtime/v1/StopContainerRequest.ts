// Original file: proto/runtime/v1/api.proto

import type { Long } from '@grpc/proto-loader';

export interface StopContainerRequest {
  'containerId'?: (string);
  /**
   * Grace period in seconds; 0: kill at once.
   */
  'timeout'?: (number | string | Long);
}

export interface StopContainerRequestOutput {
  'containerId': (string);
  /**
   * Grace period in seconds; 0: kill at once.
   */
  'timeout': (string);
}
