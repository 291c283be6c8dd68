// Original file: proto/runtime/v1/api.proto

import type { CgroupDriver as _runtime_v1_CgroupDriver, CgroupDriverOutput as _runtime_v1_CgroupDriverOutput } from '../../runtime/v1/CgroupDriver.ts';

export interface LinuxRuntimeConfiguration {
  /**
   * Must not change while containers run.
   */
  'cgroupDriver'?: (_runtime_v1_CgroupDriver);
}

export interface LinuxRuntimeConfigurationOutput {
  /**
   * Must not change while containers run.
   */
  'cgroupDriver': (_runtime_v1_CgroupDriverOutput);
}
