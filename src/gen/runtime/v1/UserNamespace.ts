// Original file: proto/runtime/v1/api.proto

import type { NamespaceMode as _runtime_v1_NamespaceMode, NamespaceModeOutput as _runtime_v1_NamespaceModeOutput } from '../../runtime/v1/NamespaceMode.ts';
import type { IDMapping as _runtime_v1_IDMapping, IDMappingOutput as _runtime_v1_IDMappingOutput } from '../../runtime/v1/IDMapping.ts';

export interface UserNamespace {
  /**
   * POD or NODE; no other has a meaning here.
   */
  'mode'?: (_runtime_v1_NamespaceMode);
  'uids'?: (_runtime_v1_IDMapping)[];
  'gids'?: (_runtime_v1_IDMapping)[];
}

export interface UserNamespaceOutput {
  /**
   * POD or NODE; no other has a meaning here.
   */
  'mode': (_runtime_v1_NamespaceModeOutput);
  'uids': (_runtime_v1_IDMappingOutput)[];
  'gids': (_runtime_v1_IDMappingOutput)[];
}
