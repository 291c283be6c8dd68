// Original file: proto/runtime/v1/api.proto

import type { MountPropagation as _runtime_v1_MountPropagation, MountPropagationOutput as _runtime_v1_MountPropagationOutput } from '../../runtime/v1/MountPropagation.ts';
import type { IDMapping as _runtime_v1_IDMapping, IDMappingOutput as _runtime_v1_IDMappingOutput } from '../../runtime/v1/IDMapping.ts';
import type { ImageSpec as _runtime_v1_ImageSpec, ImageSpecOutput as _runtime_v1_ImageSpecOutput } from '../../runtime/v1/ImageSpec.ts';

/**
 * A host path, or the content of an image, in a container.
 */
export interface Mount {
  'containerPath'?: (string);
  /**
   * Empty when image is set. A symbolic link is followed.
   */
  'hostPath'?: (string);
  'readonly'?: (boolean);
  'selinuxRelabel'?: (boolean);
  'propagation'?: (_runtime_v1_MountPropagation);
  'uidMappings'?: (_runtime_v1_IDMapping)[];
  'gidMappings'?: (_runtime_v1_IDMapping)[];
  /**
   * Also every mount below it; asks for readonly and private propagation.
   */
  'recursiveReadOnly'?: (boolean);
  /**
   * Mounts an image's content, always read-only.
   */
  'image'?: (_runtime_v1_ImageSpec | null);
  /**
   * A folder inside the image instead of its root; one that is missing is an error.
   */
  'imageSubPath'?: (string);
  /**
   * Further options of the bind mount: noexec, nodev, nosuid.
   */
  'mountOptions'?: (string)[];
}

/**
 * A host path, or the content of an image, in a container.
 */
export interface MountOutput {
  'containerPath': (string);
  /**
   * Empty when image is set. A symbolic link is followed.
   */
  'hostPath': (string);
  'readonly': (boolean);
  'selinuxRelabel': (boolean);
  'propagation': (_runtime_v1_MountPropagationOutput);
  'uidMappings': (_runtime_v1_IDMappingOutput)[];
  'gidMappings': (_runtime_v1_IDMappingOutput)[];
  /**
   * Also every mount below it; asks for readonly and private propagation.
   */
  'recursiveReadOnly': (boolean);
  /**
   * Mounts an image's content, always read-only.
   */
  'image': (_runtime_v1_ImageSpecOutput | null);
  /**
   * A folder inside the image instead of its root; one that is missing is an error.
   */
  'imageSubPath': (string);
  /**
   * Further options of the bind mount: noexec, nodev, nosuid.
   */
  'mountOptions': (string)[];
}
