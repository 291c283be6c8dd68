// Original file: proto/runtime/v1/api.proto

import type { ContainerMetadata as _runtime_v1_ContainerMetadata, ContainerMetadataOutput as _runtime_v1_ContainerMetadataOutput } from '../../runtime/v1/ContainerMetadata.ts';
import type { ContainerState as _runtime_v1_ContainerState, ContainerStateOutput as _runtime_v1_ContainerStateOutput } from '../../runtime/v1/ContainerState.ts';
import type { ImageSpec as _runtime_v1_ImageSpec, ImageSpecOutput as _runtime_v1_ImageSpecOutput } from '../../runtime/v1/ImageSpec.ts';
import type { Mount as _runtime_v1_Mount, MountOutput as _runtime_v1_MountOutput } from '../../runtime/v1/Mount.ts';
import type { ContainerResources as _runtime_v1_ContainerResources, ContainerResourcesOutput as _runtime_v1_ContainerResourcesOutput } from '../../runtime/v1/ContainerResources.ts';
import type { ContainerUser as _runtime_v1_ContainerUser, ContainerUserOutput as _runtime_v1_ContainerUserOutput } from '../../runtime/v1/ContainerUser.ts';
import type { Signal as _runtime_v1_Signal, SignalOutput as _runtime_v1_SignalOutput } from '../../runtime/v1/Signal.ts';
import type { Long } from '@grpc/proto-loader';

export interface ContainerStatus {
  'id'?: (string);
  'metadata'?: (_runtime_v1_ContainerMetadata | null);
  'state'?: (_runtime_v1_ContainerState);
  'createdAt'?: (number | string | Long);
  /**
   * 0: not yet.
   */
  'startedAt'?: (number | string | Long);
  /**
   * 0: not yet.
   */
  'finishedAt'?: (number | string | Long);
  /**
   * Means something once finished_at is set.
   */
  'exitCode'?: (number);
  'image'?: (_runtime_v1_ImageSpec | null);
  /**
   * A repo digest where one is known.
   */
  'imageRef'?: (string);
  /**
   * CamelCase; `OOMKilled` when the kernel killed it for its memory limit.
   */
  'reason'?: (string);
  /**
   * For people.
   */
  'message'?: (string);
  'labels'?: ({[key: string]: string});
  'annotations'?: ({[key: string]: string});
  'mounts'?: (_runtime_v1_Mount)[];
  /**
   * Absolute.
   */
  'logPath'?: (string);
  /**
   * The limits in force.
   */
  'resources'?: (_runtime_v1_ContainerResources | null);
  /**
   * Equal to Image.id and PullImageResponse.image_ref.
   */
  'imageId'?: (string);
  /**
   * What the first process started as.
   */
  'user'?: (_runtime_v1_ContainerUser | null);
  /**
   * What will be sent to end it.
   */
  'stopSignal'?: (_runtime_v1_Signal);
}

export interface ContainerStatusOutput {
  'id': (string);
  'metadata': (_runtime_v1_ContainerMetadataOutput | null);
  'state': (_runtime_v1_ContainerStateOutput);
  'createdAt': (string);
  /**
   * 0: not yet.
   */
  'startedAt': (string);
  /**
   * 0: not yet.
   */
  'finishedAt': (string);
  /**
   * Means something once finished_at is set.
   */
  'exitCode': (number);
  'image': (_runtime_v1_ImageSpecOutput | null);
  /**
   * A repo digest where one is known.
   */
  'imageRef': (string);
  /**
   * CamelCase; `OOMKilled` when the kernel killed it for its memory limit.
   */
  'reason': (string);
  /**
   * For people.
   */
  'message': (string);
  'labels': ({[key: string]: string});
  'annotations': ({[key: string]: string});
  'mounts': (_runtime_v1_MountOutput)[];
  /**
   * Absolute.
   */
  'logPath': (string);
  /**
   * The limits in force.
   */
  'resources': (_runtime_v1_ContainerResourcesOutput | null);
  /**
   * Equal to Image.id and PullImageResponse.image_ref.
   */
  'imageId': (string);
  /**
   * What the first process started as.
   */
  'user': (_runtime_v1_ContainerUserOutput | null);
  /**
   * What will be sent to end it.
   */
  'stopSignal': (_runtime_v1_SignalOutput);
}
