// Original file: proto/runtime/v1/api.proto


export interface PortForwardResponse {
  /**
   * With scheme and host.
   */
  'url'?: (string);
}

export interface PortForwardResponseOutput {
  /**
   * With scheme and host.
   */
  'url': (string);
}
