// Original file: proto/runtime/v1/api.proto

import type { FilesystemUsage as _runtime_v1_FilesystemUsage, FilesystemUsageOutput as _runtime_v1_FilesystemUsageOutput } from '../../runtime/v1/FilesystemUsage.ts';

export interface ImageFsInfoResponse {
  'imageFilesystems'?: (_runtime_v1_FilesystemUsage)[];
  /**
   * Where writable layers lie, if that is elsewhere.
   */
  'containerFilesystems'?: (_runtime_v1_FilesystemUsage)[];
}

export interface ImageFsInfoResponseOutput {
  'imageFilesystems': (_runtime_v1_FilesystemUsageOutput)[];
  /**
   * Where writable layers lie, if that is elsewhere.
   */
  'containerFilesystems': (_runtime_v1_FilesystemUsageOutput)[];
}
