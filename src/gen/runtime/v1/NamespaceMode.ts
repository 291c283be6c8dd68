// Original file: proto/runtime/v1/api.proto

export const NamespaceMode = {
  /**
   * Shared by all containers of the pod.
   */
  POD: 'POD',
  /**
   * The container's own.
   */
  CONTAINER: 'CONTAINER',
  /**
   * The node's: no isolation.
   */
  NODE: 'NODE',
  /**
   * That of the container target_id.
   */
  TARGET: 'TARGET',
} as const;

export type NamespaceMode =
  /**
   * Shared by all containers of the pod.
   */
  | 'POD'
  | 0
  /**
   * The container's own.
   */
  | 'CONTAINER'
  | 1
  /**
   * The node's: no isolation.
   */
  | 'NODE'
  | 2
  /**
   * That of the container target_id.
   */
  | 'TARGET'
  | 3

export type NamespaceModeOutput = typeof NamespaceMode[keyof typeof NamespaceMode]
