// Original file: proto/runtime/v1/api.proto

import type { PodSandboxMetadata as _runtime_v1_PodSandboxMetadata, PodSandboxMetadataOutput as _runtime_v1_PodSandboxMetadataOutput } from '../../runtime/v1/PodSandboxMetadata.ts';

export interface PodSandboxAttributes {
  'id'?: (string);
  'metadata'?: (_runtime_v1_PodSandboxMetadata | null);
  'labels'?: ({[key: string]: string});
  'annotations'?: ({[key: string]: string});
}

export interface PodSandboxAttributesOutput {
  'id': (string);
  'metadata': (_runtime_v1_PodSandboxMetadataOutput | null);
  'labels': ({[key: string]: string});
  'annotations': ({[key: string]: string});
}
