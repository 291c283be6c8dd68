// Original file: proto/runtime/v1/api.proto


/**
 * All that is set must match.
 */
export interface ContainerStatsFilter {
  'id'?: (string);
  'podSandboxId'?: (string);
  'labelSelector'?: ({[key: string]: string});
}

/**
 * All that is set must match.
 */
export interface ContainerStatsFilterOutput {
  'id': (string);
  'podSandboxId': (string);
  'labelSelector': ({[key: string]: string});
}
