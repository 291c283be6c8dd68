// Original file: proto/runtime/v1/api.proto


export interface VersionRequest {
  /**
   * The version of the interface that the caller speaks.
   */
  'version'?: (string);
}

export interface VersionRequestOutput {
  /**
   * The version of the interface that the caller speaks.
   */
  'version': (string);
}
