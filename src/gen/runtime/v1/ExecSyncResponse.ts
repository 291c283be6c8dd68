// Original file: proto/runtime/v1/api.proto


export interface ExecSyncResponse {
  /**
   * At most 16 MiB; what is beyond is dropped and no error.
   */
  'stdout'?: (Buffer | Uint8Array | string);
  /**
   * At most 16 MiB; what is beyond is dropped and no error.
   */
  'stderr'?: (Buffer | Uint8Array | string);
  'exitCode'?: (number);
}

export interface ExecSyncResponseOutput {
  /**
   * At most 16 MiB; what is beyond is dropped and no error.
   */
  'stdout': (Buffer);
  /**
   * At most 16 MiB; what is beyond is dropped and no error.
   */
  'stderr': (Buffer);
  'exitCode': (number);
}
