// Original file: proto/runtime/v1/api.proto

import type { Image as _runtime_v1_Image, ImageOutput as _runtime_v1_ImageOutput } from '../../runtime/v1/Image.ts';

export interface ImageStatusResponse {
  /**
   * Absent: there is no such image here.
   */
  'image'?: (_runtime_v1_Image | null);
  /**
   * For people: key to JSON text. Empty unless verbose was asked for.
   */
  'info'?: ({[key: string]: string});
}

export interface ImageStatusResponseOutput {
  /**
   * Absent: there is no such image here.
   */
  'image': (_runtime_v1_ImageOutput | null);
  /**
   * For people: key to JSON text. Empty unless verbose was asked for.
   */
  'info': ({[key: string]: string});
}
