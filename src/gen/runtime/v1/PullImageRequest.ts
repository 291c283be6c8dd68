// Original file: proto/runtime/v1/api.proto

import type { ImageSpec as _runtime_v1_ImageSpec, ImageSpecOutput as _runtime_v1_ImageSpecOutput } from '../../runtime/v1/ImageSpec.ts';
import type { AuthConfig as _runtime_v1_AuthConfig, AuthConfigOutput as _runtime_v1_AuthConfigOutput } from '../../runtime/v1/AuthConfig.ts';
import type { PodSandboxConfig as _runtime_v1_PodSandboxConfig, PodSandboxConfigOutput as _runtime_v1_PodSandboxConfigOutput } from '../../runtime/v1/PodSandboxConfig.ts';

export interface PullImageRequest {
  'image'?: (_runtime_v1_ImageSpec | null);
  'auth'?: (_runtime_v1_AuthConfig | null);
  /**
   * The sandbox that the image is pulled for.
   */
  'sandboxConfig'?: (_runtime_v1_PodSandboxConfig | null);
}

export interface PullImageRequestOutput {
  'image': (_runtime_v1_ImageSpecOutput | null);
  'auth': (_runtime_v1_AuthConfigOutput | null);
  /**
   * The sandbox that the image is pulled for.
   */
  'sandboxConfig': (_runtime_v1_PodSandboxConfigOutput | null);
}
