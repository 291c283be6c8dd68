// Original file: proto/runtime/v1/api.proto

import type { ImageSpec as _runtime_v1_ImageSpec, ImageSpecOutput as _runtime_v1_ImageSpecOutput } from '../../runtime/v1/ImageSpec.ts';

export interface ImageFilter {
  'image'?: (_runtime_v1_ImageSpec | null);
}

export interface ImageFilterOutput {
  'image': (_runtime_v1_ImageSpecOutput | null);
}
