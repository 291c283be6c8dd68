// Original file: proto/runtime/v1/api.proto


/**
 * Names as `NET_ADMIN`, or `ALL`.
 */
export interface Capability {
  'addCapabilities'?: (string)[];
  /**
   * Dropped from every set.
   */
  'dropCapabilities'?: (string)[];
  /**
   * Added to every set, the ambient one included.
   */
  'addAmbientCapabilities'?: (string)[];
}

/**
 * Names as `NET_ADMIN`, or `ALL`.
 */
export interface CapabilityOutput {
  'addCapabilities': (string)[];
  /**
   * Dropped from every set.
   */
  'dropCapabilities': (string)[];
  /**
   * Added to every set, the ambient one included.
   */
  'addAmbientCapabilities': (string)[];
}
