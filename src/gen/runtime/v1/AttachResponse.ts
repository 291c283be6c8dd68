// Original file: proto/runtime/v1/api.proto


export interface AttachResponse {
  /**
   * With scheme and host.
   */
  'url'?: (string);
}

export interface AttachResponseOutput {
  /**
   * With scheme and host.
   */
  'url': (string);
}
