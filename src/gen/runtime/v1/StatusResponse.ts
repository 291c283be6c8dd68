// Original file: proto/runtime/v1/api.proto

import type { RuntimeStatus as _runtime_v1_RuntimeStatus, RuntimeStatusOutput as _runtime_v1_RuntimeStatusOutput } from '../../runtime/v1/RuntimeStatus.ts';
import type { RuntimeHandler as _runtime_v1_RuntimeHandler, RuntimeHandlerOutput as _runtime_v1_RuntimeHandlerOutput } from '../../runtime/v1/RuntimeHandler.ts';
import type { RuntimeFeatures as _runtime_v1_RuntimeFeatures, RuntimeFeaturesOutput as _runtime_v1_RuntimeFeaturesOutput } from '../../runtime/v1/RuntimeFeatures.ts';

export interface StatusResponse {
  'status'?: (_runtime_v1_RuntimeStatus | null);
  /**
   * For people: key to JSON text. Empty unless verbose was asked for.
   */
  'info'?: ({[key: string]: string});
  'runtimeHandlers'?: (_runtime_v1_RuntimeHandler)[];
  'features'?: (_runtime_v1_RuntimeFeatures | null);
}

export interface StatusResponseOutput {
  'status': (_runtime_v1_RuntimeStatusOutput | null);
  /**
   * For people: key to JSON text. Empty unless verbose was asked for.
   */
  'info': ({[key: string]: string});
  'runtimeHandlers': (_runtime_v1_RuntimeHandlerOutput)[];
  'features': (_runtime_v1_RuntimeFeaturesOutput | null);
}
