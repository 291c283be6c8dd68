// Original file: proto/runtime/v1/api.proto


export interface NetworkConfig {
  /**
   * Empty: unknown so far.
   */
  'podCidr'?: (string);
}

export interface NetworkConfigOutput {
  /**
   * Empty: unknown so far.
   */
  'podCidr': (string);
}
