// Original file: proto/runtime/v1/api.proto


/**
 * All that is set must match.
 */
export interface PodSandboxStatsFilter {
  'id'?: (string);
  'labelSelector'?: ({[key: string]: string});
}

/**
 * All that is set must match.
 */
export interface PodSandboxStatsFilterOutput {
  'id': (string);
  'labelSelector': ({[key: string]: string});
}
