// Original file: proto/runtime/v1/api.proto

import type { FilesystemIdentifier as _runtime_v1_FilesystemIdentifier, FilesystemIdentifierOutput as _runtime_v1_FilesystemIdentifierOutput } from '../../runtime/v1/FilesystemIdentifier.ts';
import type { UInt64Value as _runtime_v1_UInt64Value, UInt64ValueOutput as _runtime_v1_UInt64ValueOutput } from '../../runtime/v1/UInt64Value.ts';
import type { Long } from '@grpc/proto-loader';

export interface FilesystemUsage {
  'timestamp'?: (number | string | Long);
  'fsId'?: (_runtime_v1_FilesystemIdentifier | null);
  /**
   * By images or containers, not by whatever else lies on the file system.
   */
  'usedBytes'?: (_runtime_v1_UInt64Value | null);
  'inodesUsed'?: (_runtime_v1_UInt64Value | null);
}

export interface FilesystemUsageOutput {
  'timestamp': (string);
  'fsId': (_runtime_v1_FilesystemIdentifierOutput | null);
  /**
   * By images or containers, not by whatever else lies on the file system.
   */
  'usedBytes': (_runtime_v1_UInt64ValueOutput | null);
  'inodesUsed': (_runtime_v1_UInt64ValueOutput | null);
}
