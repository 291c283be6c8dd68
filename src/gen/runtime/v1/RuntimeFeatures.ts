// Original file: proto/runtime/v1/api.proto


/**
 * What the runtime can do whatever the handler.
 */
export interface RuntimeFeatures {
  /**
   * Both policies are obeyed and ContainerStatus tells the user.
   */
  'supplementalGroupsPolicy'?: (boolean);
  /**
   * A pod may have a user namespace and the node's network at once.
   */
  'userNamespacesHostNetwork'?: (boolean);
  /**
   * Mount.mount_options is obeyed.
   */
  'mountOptions'?: (boolean);
}

/**
 * What the runtime can do whatever the handler.
 */
export interface RuntimeFeaturesOutput {
  /**
   * Both policies are obeyed and ContainerStatus tells the user.
   */
  'supplementalGroupsPolicy': (boolean);
  /**
   * A pod may have a user namespace and the node's network at once.
   */
  'userNamespacesHostNetwork': (boolean);
  /**
   * Mount.mount_options is obeyed.
   */
  'mountOptions': (boolean);
}
