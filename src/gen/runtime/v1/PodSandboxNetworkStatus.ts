// Original file: proto/runtime/v1/api.proto

import type { PodIP as _runtime_v1_PodIP, PodIPOutput as _runtime_v1_PodIPOutput } from '../../runtime/v1/PodIP.ts';

export interface PodSandboxNetworkStatus {
  /**
   * The primary address.
   */
  'ip'?: (string);
  /**
   * Without the primary one; the other family of a dual-stack pod.
   */
  'additionalIps'?: (_runtime_v1_PodIP)[];
}

export interface PodSandboxNetworkStatusOutput {
  /**
   * The primary address.
   */
  'ip': (string);
  /**
   * Without the primary one; the other family of a dual-stack pod.
   */
  'additionalIps': (_runtime_v1_PodIPOutput)[];
}
