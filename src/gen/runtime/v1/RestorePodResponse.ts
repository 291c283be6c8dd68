// Original file: proto/runtime/v1/api.proto

import type { RestoredContainer as _runtime_v1_RestoredContainer, RestoredContainerOutput as _runtime_v1_RestoredContainerOutput } from '../../runtime/v1/RestoredContainer.ts';

export interface RestorePodResponse {
  'podSandboxId'?: (string);
  'restoredContainers'?: (_runtime_v1_RestoredContainer)[];
}

export interface RestorePodResponseOutput {
  'podSandboxId': (string);
  'restoredContainers': (_runtime_v1_RestoredContainerOutput)[];
}
