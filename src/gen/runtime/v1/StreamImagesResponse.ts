// Original file: proto/runtime/v1/api.proto

import type { Image as _runtime_v1_Image, ImageOutput as _runtime_v1_ImageOutput } from '../../runtime/v1/Image.ts';

export interface StreamImagesResponse {
  'images'?: (_runtime_v1_Image)[];
}

export interface StreamImagesResponseOutput {
  'images': (_runtime_v1_ImageOutput)[];
}
