// Original file: proto/runtime/v1/api.proto


/**
 * Together these name the sandbox: no two live ones are equal.
 */
export interface PodSandboxMetadata {
  'name'?: (string);
  /**
   * Of the pod; any string.
   */
  'uid'?: (string);
  'namespace'?: (string);
  /**
   * Counts the sandboxes of one pod, from 0.
   */
  'attempt'?: (number);
}

/**
 * Together these name the sandbox: no two live ones are equal.
 */
export interface PodSandboxMetadataOutput {
  'name': (string);
  /**
   * Of the pod; any string.
   */
  'uid': (string);
  'namespace': (string);
  /**
   * Counts the sandboxes of one pod, from 0.
   */
  'attempt': (number);
}
