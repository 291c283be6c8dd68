// Original file: proto/runtime/v1/api.proto

import type { RuntimeHandlerFeatures as _runtime_v1_RuntimeHandlerFeatures, RuntimeHandlerFeaturesOutput as _runtime_v1_RuntimeHandlerFeaturesOutput } from '../../runtime/v1/RuntimeHandlerFeatures.ts';

export interface RuntimeHandler {
  /**
   * Empty: the handler of pods that name none.
   */
  'name'?: (string);
  'features'?: (_runtime_v1_RuntimeHandlerFeatures | null);
}

export interface RuntimeHandlerOutput {
  /**
   * Empty: the handler of pods that name none.
   */
  'name': (string);
  'features': (_runtime_v1_RuntimeHandlerFeaturesOutput | null);
}
