// Original file: proto/runtime/v1/api.proto

import type { ImageFilter as _runtime_v1_ImageFilter, ImageFilterOutput as _runtime_v1_ImageFilterOutput } from '../../runtime/v1/ImageFilter.ts';

export interface StreamImagesRequest {
  'filter'?: (_runtime_v1_ImageFilter | null);
}

export interface StreamImagesRequestOutput {
  'filter': (_runtime_v1_ImageFilterOutput | null);
}
