// Original file: proto/runtime/v1/api.proto

import type { PodSandboxFilter as _runtime_v1_PodSandboxFilter, PodSandboxFilterOutput as _runtime_v1_PodSandboxFilterOutput } from '../../runtime/v1/PodSandboxFilter.ts';

export interface ListPodSandboxRequest {
  'filter'?: (_runtime_v1_PodSandboxFilter | null);
}

export interface ListPodSandboxRequestOutput {
  'filter': (_runtime_v1_PodSandboxFilterOutput | null);
}
