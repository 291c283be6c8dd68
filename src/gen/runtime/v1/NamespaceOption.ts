// Original file: proto/runtime/v1/api.proto

import type { NamespaceMode as _runtime_v1_NamespaceMode, NamespaceModeOutput as _runtime_v1_NamespaceModeOutput } from '../../runtime/v1/NamespaceMode.ts';
import type { UserNamespace as _runtime_v1_UserNamespace, UserNamespaceOutput as _runtime_v1_UserNamespaceOutput } from '../../runtime/v1/UserNamespace.ts';

export interface NamespaceOption {
  'network'?: (_runtime_v1_NamespaceMode);
  'pid'?: (_runtime_v1_NamespaceMode);
  'ipc'?: (_runtime_v1_NamespaceMode);
  /**
   * The container whose namespace is shared; goes with mode TARGET.
   */
  'targetId'?: (string);
  /**
   * Absent: the caller knows no user namespaces, so the pod gets none.
   */
  'usernsOptions'?: (_runtime_v1_UserNamespace | null);
}

export interface NamespaceOptionOutput {
  'network': (_runtime_v1_NamespaceModeOutput);
  'pid': (_runtime_v1_NamespaceModeOutput);
  'ipc': (_runtime_v1_NamespaceModeOutput);
  /**
   * The container whose namespace is shared; goes with mode TARGET.
   */
  'targetId': (string);
  /**
   * Absent: the caller knows no user namespaces, so the pod gets none.
   */
  'usernsOptions': (_runtime_v1_UserNamespaceOutput | null);
}
