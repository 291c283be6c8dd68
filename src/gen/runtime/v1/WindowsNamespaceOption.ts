// Original file: proto/runtime/v1/api.proto

import type { NamespaceMode as _runtime_v1_NamespaceMode, NamespaceModeOutput as _runtime_v1_NamespaceModeOutput } from '../../runtime/v1/NamespaceMode.ts';

export interface WindowsNamespaceOption {
  'network'?: (_runtime_v1_NamespaceMode);
}

export interface WindowsNamespaceOptionOutput {
  'network': (_runtime_v1_NamespaceModeOutput);
}
