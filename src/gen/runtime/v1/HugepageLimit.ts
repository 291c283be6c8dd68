// Original file: proto/runtime/v1/api.proto

import type { Long } from '@grpc/proto-loader';

export interface HugepageLimit {
  /**
   * As in the name of the kernel's file: `2MB`, `1GB`.
   */
  'pageSize'?: (string);
  /**
   * Bytes.
   */
  'limit'?: (number | string | Long);
}

export interface HugepageLimitOutput {
  /**
   * As in the name of the kernel's file: `2MB`, `1GB`.
   */
  'pageSize': (string);
  /**
   * Bytes.
   */
  'limit': (string);
}
