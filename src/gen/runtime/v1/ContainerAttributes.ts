// Original file: proto/runtime/v1/api.proto

import type { ContainerMetadata as _runtime_v1_ContainerMetadata, ContainerMetadataOutput as _runtime_v1_ContainerMetadataOutput } from '../../runtime/v1/ContainerMetadata.ts';

export interface ContainerAttributes {
  'id'?: (string);
  'metadata'?: (_runtime_v1_ContainerMetadata | null);
  'labels'?: ({[key: string]: string});
  'annotations'?: ({[key: string]: string});
}

export interface ContainerAttributesOutput {
  'id': (string);
  'metadata': (_runtime_v1_ContainerMetadataOutput | null);
  'labels': ({[key: string]: string});
  'annotations': ({[key: string]: string});
}
