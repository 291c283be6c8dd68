// Original file: proto/runtime/v1/api.proto


/**
 * What pods with this handler can have.
 */
export interface RuntimeHandlerFeatures {
  'recursiveReadOnlyMounts'?: (boolean);
  /**
   * User namespaces together with id-mapped mounts.
   */
  'userNamespaces'?: (boolean);
}

/**
 * What pods with this handler can have.
 */
export interface RuntimeHandlerFeaturesOutput {
  'recursiveReadOnlyMounts': (boolean);
  /**
   * User namespaces together with id-mapped mounts.
   */
  'userNamespaces': (boolean);
}
