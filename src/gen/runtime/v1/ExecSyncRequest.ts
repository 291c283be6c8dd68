// Original file: proto/runtime/v1/api.proto

import type { Long } from '@grpc/proto-loader';

export interface ExecSyncRequest {
  'containerId'?: (string);
  'cmd'?: (string)[];
  /**
   * Seconds; 0: none.
   */
  'timeout'?: (number | string | Long);
}

export interface ExecSyncRequestOutput {
  'containerId': (string);
  'cmd': (string)[];
  /**
   * Seconds; 0: none.
   */
  'timeout': (string);
}
