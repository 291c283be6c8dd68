// Original file: proto/runtime/v1/api.proto

import type { NamespaceOption as _runtime_v1_NamespaceOption, NamespaceOptionOutput as _runtime_v1_NamespaceOptionOutput } from '../../runtime/v1/NamespaceOption.ts';
import type { SELinuxOption as _runtime_v1_SELinuxOption, SELinuxOptionOutput as _runtime_v1_SELinuxOptionOutput } from '../../runtime/v1/SELinuxOption.ts';
import type { Int64Value as _runtime_v1_Int64Value, Int64ValueOutput as _runtime_v1_Int64ValueOutput } from '../../runtime/v1/Int64Value.ts';
import type { SecurityProfile as _runtime_v1_SecurityProfile, SecurityProfileOutput as _runtime_v1_SecurityProfileOutput } from '../../runtime/v1/SecurityProfile.ts';
import type { SupplementalGroupsPolicy as _runtime_v1_SupplementalGroupsPolicy, SupplementalGroupsPolicyOutput as _runtime_v1_SupplementalGroupsPolicyOutput } from '../../runtime/v1/SupplementalGroupsPolicy.ts';
import type { Long } from '@grpc/proto-loader';

/**
 * Of the processes that hold the sandbox, not of its containers.
 */
export interface LinuxSandboxSecurityContext {
  'namespaceOptions'?: (_runtime_v1_NamespaceOption | null);
  'selinuxOptions'?: (_runtime_v1_SELinuxOption | null);
  'runAsUser'?: (_runtime_v1_Int64Value | null);
  'readonlyRootfs'?: (boolean);
  'supplementalGroups'?: (number | string | Long)[];
  /**
   * Must be true if any container of the pod is to be privileged.
   */
  'privileged'?: (boolean);
  /**
   * `runtime/default`, `unconfined` (also when empty) or `localhost/PATH`; `seccomp` wins over it.
   * @deprecated
   */
  'seccompProfilePath'?: (string);
  /**
   * Only together with run_as_user.
   */
  'runAsGroup'?: (_runtime_v1_Int64Value | null);
  'seccomp'?: (_runtime_v1_SecurityProfile | null);
  'apparmor'?: (_runtime_v1_SecurityProfile | null);
  'supplementalGroupsPolicy'?: (_runtime_v1_SupplementalGroupsPolicy);
}

/**
 * Of the processes that hold the sandbox, not of its containers.
 */
export interface LinuxSandboxSecurityContextOutput {
  'namespaceOptions': (_runtime_v1_NamespaceOptionOutput | null);
  'selinuxOptions': (_runtime_v1_SELinuxOptionOutput | null);
  'runAsUser': (_runtime_v1_Int64ValueOutput | null);
  'readonlyRootfs': (boolean);
  'supplementalGroups': (string)[];
  /**
   * Must be true if any container of the pod is to be privileged.
   */
  'privileged': (boolean);
  /**
   * `runtime/default`, `unconfined` (also when empty) or `localhost/PATH`; `seccomp` wins over it.
   * @deprecated
   */
  'seccompProfilePath': (string);
  /**
   * Only together with run_as_user.
   */
  'runAsGroup': (_runtime_v1_Int64ValueOutput | null);
  'seccomp': (_runtime_v1_SecurityProfileOutput | null);
  'apparmor': (_runtime_v1_SecurityProfileOutput | null);
  'supplementalGroupsPolicy': (_runtime_v1_SupplementalGroupsPolicyOutput);
}
