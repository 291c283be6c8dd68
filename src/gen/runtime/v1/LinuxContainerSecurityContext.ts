// Original file: proto/runtime/v1/api.proto

import type { Capability as _runtime_v1_Capability, CapabilityOutput as _runtime_v1_CapabilityOutput } from '../../runtime/v1/Capability.ts';
import type { NamespaceOption as _runtime_v1_NamespaceOption, NamespaceOptionOutput as _runtime_v1_NamespaceOptionOutput } from '../../runtime/v1/NamespaceOption.ts';
import type { SELinuxOption as _runtime_v1_SELinuxOption, SELinuxOptionOutput as _runtime_v1_SELinuxOptionOutput } from '../../runtime/v1/SELinuxOption.ts';
import type { Int64Value as _runtime_v1_Int64Value, Int64ValueOutput as _runtime_v1_Int64ValueOutput } from '../../runtime/v1/Int64Value.ts';
import type { SecurityProfile as _runtime_v1_SecurityProfile, SecurityProfileOutput as _runtime_v1_SecurityProfileOutput } from '../../runtime/v1/SecurityProfile.ts';
import type { SupplementalGroupsPolicy as _runtime_v1_SupplementalGroupsPolicy, SupplementalGroupsPolicyOutput as _runtime_v1_SupplementalGroupsPolicyOutput } from '../../runtime/v1/SupplementalGroupsPolicy.ts';
import type { Long } from '@grpc/proto-loader';

export interface LinuxContainerSecurityContext {
  'capabilities'?: (_runtime_v1_Capability | null);
  /**
   * All capabilities and devices, nothing masked or confined.
   */
  'privileged'?: (boolean);
  'namespaceOptions'?: (_runtime_v1_NamespaceOption | null);
  'selinuxOptions'?: (_runtime_v1_SELinuxOption | null);
  /**
   * At most one of run_as_user and run_as_username is set.
   */
  'runAsUser'?: (_runtime_v1_Int64Value | null);
  /**
   * A user of the image's own /etc/passwd.
   */
  'runAsUsername'?: (string);
  'readonlyRootfs'?: (boolean);
  'supplementalGroups'?: (number | string | Long)[];
  /**
   * `runtime/default`, `unconfined` or `localhost/NAME`; `apparmor` wins over it.
   * @deprecated
   */
  'apparmorProfile'?: (string);
  /**
   * As in LinuxSandboxSecurityContext; `seccomp` wins over it.
   * @deprecated
   */
  'seccompProfilePath'?: (string);
  'noNewPrivs'?: (boolean);
  /**
   * Only together with a user.
   */
  'runAsGroup'?: (_runtime_v1_Int64Value | null);
  'maskedPaths'?: (string)[];
  'readonlyPaths'?: (string)[];
  'seccomp'?: (_runtime_v1_SecurityProfile | null);
  'apparmor'?: (_runtime_v1_SecurityProfile | null);
  'supplementalGroupsPolicy'?: (_runtime_v1_SupplementalGroupsPolicy);
}

export interface LinuxContainerSecurityContextOutput {
  'capabilities': (_runtime_v1_CapabilityOutput | null);
  /**
   * All capabilities and devices, nothing masked or confined.
   */
  'privileged': (boolean);
  'namespaceOptions': (_runtime_v1_NamespaceOptionOutput | null);
  'selinuxOptions': (_runtime_v1_SELinuxOptionOutput | null);
  /**
   * At most one of run_as_user and run_as_username is set.
   */
  'runAsUser': (_runtime_v1_Int64ValueOutput | null);
  /**
   * A user of the image's own /etc/passwd.
   */
  'runAsUsername': (string);
  'readonlyRootfs': (boolean);
  'supplementalGroups': (string)[];
  /**
   * `runtime/default`, `unconfined` or `localhost/NAME`; `apparmor` wins over it.
   * @deprecated
   */
  'apparmorProfile': (string);
  /**
   * As in LinuxSandboxSecurityContext; `seccomp` wins over it.
   * @deprecated
   */
  'seccompProfilePath': (string);
  'noNewPrivs': (boolean);
  /**
   * Only together with a user.
   */
  'runAsGroup': (_runtime_v1_Int64ValueOutput | null);
  'maskedPaths': (string)[];
  'readonlyPaths': (string)[];
  'seccomp': (_runtime_v1_SecurityProfileOutput | null);
  'apparmor': (_runtime_v1_SecurityProfileOutput | null);
  'supplementalGroupsPolicy': (_runtime_v1_SupplementalGroupsPolicyOutput);
}
