// Original file: proto/runtime/v1/api.proto

export const SupplementalGroupsPolicy = {
  /**
   * The groups given, and those that the image's /etc/group gives the user.
   */
  Merge: 'Merge',
  /**
   * The groups given, no others.
   */
  Strict: 'Strict',
} as const;

export type SupplementalGroupsPolicy =
  /**
   * The groups given, and those that the image's /etc/group gives the user.
   */
  | 'Merge'
  | 0
  /**
   * The groups given, no others.
   */
  | 'Strict'
  | 1

export type SupplementalGroupsPolicyOutput = typeof SupplementalGroupsPolicy[keyof typeof SupplementalGroupsPolicy]
