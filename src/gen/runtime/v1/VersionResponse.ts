// Original file: proto/runtime/v1/api.proto


export interface VersionResponse {
  /**
   * The version of the interface that the kubelet asked about.
   */
  'version'?: (string);
  /**
   * Becomes the prefix of container ids in pod statuses.
   */
  'runtimeName'?: (string);
  /**
   * Semantic version of the runtime.
   */
  'runtimeVersion'?: (string);
  /**
   * Version of this interface, as `v1`.
   */
  'runtimeApiVersion'?: (string);
}

export interface VersionResponseOutput {
  /**
   * The version of the interface that the kubelet asked about.
   */
  'version': (string);
  /**
   * Becomes the prefix of container ids in pod statuses.
   */
  'runtimeName': (string);
  /**
   * Semantic version of the runtime.
   */
  'runtimeVersion': (string);
  /**
   * Version of this interface, as `v1`.
   */
  'runtimeApiVersion': (string);
}
