// Original file: proto/runtime/v1/api.proto

import type { Namespace as _runtime_v1_Namespace, NamespaceOutput as _runtime_v1_NamespaceOutput } from '../../runtime/v1/Namespace.ts';

export interface LinuxPodSandboxStatus {
  'namespaces'?: (_runtime_v1_Namespace | null);
}

export interface LinuxPodSandboxStatusOutput {
  'namespaces': (_runtime_v1_NamespaceOutput | null);
}
