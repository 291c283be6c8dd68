// Original file: proto/runtime/v1/api.proto

import type { PodSandbox as _runtime_v1_PodSandbox, PodSandboxOutput as _runtime_v1_PodSandboxOutput } from '../../runtime/v1/PodSandbox.ts';

export interface ListPodSandboxResponse {
  'items'?: (_runtime_v1_PodSandbox)[];
}

export interface ListPodSandboxResponseOutput {
  'items': (_runtime_v1_PodSandboxOutput)[];
}
