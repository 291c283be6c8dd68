// Original file: proto/runtime/v1/api.proto

import type { HugepageLimit as _runtime_v1_HugepageLimit, HugepageLimitOutput as _runtime_v1_HugepageLimitOutput } from '../../runtime/v1/HugepageLimit.ts';
import type { Long } from '@grpc/proto-loader';

/**
 * A value of 0 or nothing: not said.
 */
export interface LinuxContainerResources {
  /**
   * Microseconds.
   */
  'cpuPeriod'?: (number | string | Long);
  /**
   * Microseconds within each period.
   */
  'cpuQuota'?: (number | string | Long);
  'cpuShares'?: (number | string | Long);
  'memoryLimitInBytes'?: (number | string | Long);
  'oomScoreAdj'?: (number | string | Long);
  'cpusetCpus'?: (string);
  'cpusetMems'?: (string);
  'hugepageLimits'?: (_runtime_v1_HugepageLimit)[];
  /**
   * File of cgroup v2 to its new content.
   */
  'unified'?: ({[key: string]: string});
  /**
   * Memory and swap together.
   */
  'memorySwapLimitInBytes'?: (number | string | Long);
}

/**
 * A value of 0 or nothing: not said.
 */
export interface LinuxContainerResourcesOutput {
  /**
   * Microseconds.
   */
  'cpuPeriod': (string);
  /**
   * Microseconds within each period.
   */
  'cpuQuota': (string);
  'cpuShares': (string);
  'memoryLimitInBytes': (string);
  'oomScoreAdj': (string);
  'cpusetCpus': (string);
  'cpusetMems': (string);
  'hugepageLimits': (_runtime_v1_HugepageLimitOutput)[];
  /**
   * File of cgroup v2 to its new content.
   */
  'unified': ({[key: string]: string});
  /**
   * Memory and swap together.
   */
  'memorySwapLimitInBytes': (string);
}
