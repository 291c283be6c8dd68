// Original file: proto/runtime/v1/api.proto


/**
 * Together these name the container within its sandbox for the sandbox's whole life.
 */
export interface ContainerMetadata {
  'name'?: (string);
  /**
   * Counts the restarts of one container, from 0.
   */
  'attempt'?: (number);
}

/**
 * Together these name the container within its sandbox for the sandbox's whole life.
 */
export interface ContainerMetadataOutput {
  'name': (string);
  /**
   * Counts the restarts of one container, from 0.
   */
  'attempt': (number);
}
