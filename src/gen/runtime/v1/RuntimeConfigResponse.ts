// Original file: proto/runtime/v1/api.proto

import type { LinuxRuntimeConfiguration as _runtime_v1_LinuxRuntimeConfiguration, LinuxRuntimeConfigurationOutput as _runtime_v1_LinuxRuntimeConfigurationOutput } from '../../runtime/v1/LinuxRuntimeConfiguration.ts';

/**
 * Not the counterpart of UpdateRuntimeConfig: here the runtime speaks.
 */
export interface RuntimeConfigResponse {
  'linux'?: (_runtime_v1_LinuxRuntimeConfiguration | null);
}

/**
 * Not the counterpart of UpdateRuntimeConfig: here the runtime speaks.
 */
export interface RuntimeConfigResponseOutput {
  'linux': (_runtime_v1_LinuxRuntimeConfigurationOutput | null);
}
