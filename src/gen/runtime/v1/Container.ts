// Original file: proto/runtime/v1/api.proto

import type { ContainerMetadata as _runtime_v1_ContainerMetadata, ContainerMetadataOutput as _runtime_v1_ContainerMetadataOutput } from '../../runtime/v1/ContainerMetadata.ts';
import type { ImageSpec as _runtime_v1_ImageSpec, ImageSpecOutput as _runtime_v1_ImageSpecOutput } from '../../runtime/v1/ImageSpec.ts';
import type { ContainerState as _runtime_v1_ContainerState, ContainerStateOutput as _runtime_v1_ContainerStateOutput } from '../../runtime/v1/ContainerState.ts';
import type { Long } from '@grpc/proto-loader';

export interface Container {
  'id'?: (string);
  'podSandboxId'?: (string);
  'metadata'?: (_runtime_v1_ContainerMetadata | null);
  'image'?: (_runtime_v1_ImageSpec | null);
  /**
   * A repo digest where one is known.
   */
  'imageRef'?: (string);
  'state'?: (_runtime_v1_ContainerState);
  'createdAt'?: (number | string | Long);
  'labels'?: ({[key: string]: string});
  'annotations'?: ({[key: string]: string});
  /**
   * Equal to Image.id and PullImageResponse.image_ref.
   */
  'imageId'?: (string);
}

export interface ContainerOutput {
  'id': (string);
  'podSandboxId': (string);
  'metadata': (_runtime_v1_ContainerMetadataOutput | null);
  'image': (_runtime_v1_ImageSpecOutput | null);
  /**
   * A repo digest where one is known.
   */
  'imageRef': (string);
  'state': (_runtime_v1_ContainerStateOutput);
  'createdAt': (string);
  'labels': ({[key: string]: string});
  'annotations': ({[key: string]: string});
  /**
   * Equal to Image.id and PullImageResponse.image_ref.
   */
  'imageId': (string);
}
