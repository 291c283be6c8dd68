// Original file: proto/runtime/v1/api.proto

import type { Int64Value as _runtime_v1_Int64Value, Int64ValueOutput as _runtime_v1_Int64ValueOutput } from '../../runtime/v1/Int64Value.ts';
import type { ImageSpec as _runtime_v1_ImageSpec, ImageSpecOutput as _runtime_v1_ImageSpecOutput } from '../../runtime/v1/ImageSpec.ts';
import type { Long } from '@grpc/proto-loader';

export interface Image {
  'id'?: (string);
  'repoTags'?: (string)[];
  'repoDigests'?: (string)[];
  /**
   * Bytes.
   */
  'size'?: (number | string | Long);
  /**
   * Of the image's default user, if that is a number.
   */
  'uid'?: (_runtime_v1_Int64Value | null);
  /**
   * Of the image's default user, if that is a name.
   */
  'username'?: (string);
  'spec'?: (_runtime_v1_ImageSpec | null);
  /**
   * Asks clients not to clean this image up.
   */
  'pinned'?: (boolean);
}

export interface ImageOutput {
  'id': (string);
  'repoTags': (string)[];
  'repoDigests': (string)[];
  /**
   * Bytes.
   */
  'size': (string);
  /**
   * Of the image's default user, if that is a number.
   */
  'uid': (_runtime_v1_Int64ValueOutput | null);
  /**
   * Of the image's default user, if that is a name.
   */
  'username': (string);
  'spec': (_runtime_v1_ImageSpecOutput | null);
  /**
   * Asks clients not to clean this image up.
   */
  'pinned': (boolean);
}
