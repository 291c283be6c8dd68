// Original file: proto/runtime/v1/api.proto


export interface ExecResponse {
  /**
   * With scheme and host.
   */
  'url'?: (string);
}

export interface ExecResponseOutput {
  /**
   * With scheme and host.
   */
  'url': (string);
}
