// Original file: proto/runtime/v1/api.proto


// Original file: proto/runtime/v1/api.proto

export const _runtime_v1_SecurityProfile_ProfileType = {
  RuntimeDefault: 'RuntimeDefault',
  Unconfined: 'Unconfined',
  /**
   * A profile on this node.
   */
  Localhost: 'Localhost',
} as const;

export type _runtime_v1_SecurityProfile_ProfileType =
  | 'RuntimeDefault'
  | 0
  | 'Unconfined'
  | 1
  /**
   * A profile on this node.
   */
  | 'Localhost'
  | 2

export type _runtime_v1_SecurityProfile_ProfileTypeOutput = typeof _runtime_v1_SecurityProfile_ProfileType[keyof typeof _runtime_v1_SecurityProfile_ProfileType]

/**
 * A seccomp or AppArmor profile.
 */
export interface SecurityProfile {
  'profileType'?: (_runtime_v1_SecurityProfile_ProfileType);
  /**
   * Goes with Localhost: for seccomp an absolute path, for AppArmor a profile's name.
   */
  'localhostRef'?: (string);
}

/**
 * A seccomp or AppArmor profile.
 */
export interface SecurityProfileOutput {
  'profileType': (_runtime_v1_SecurityProfile_ProfileTypeOutput);
  /**
   * Goes with Localhost: for seccomp an absolute path, for AppArmor a profile's name.
   */
  'localhostRef': (string);
}
