// Original file: proto/runtime/v1/api.proto


/**
 * How a caller names an image.
 */
export interface ImageSpec {
  /**
   * An id, a tag or a digest.
   */
  'image'?: (string);
  'annotations'?: ({[key: string]: string});
  /**
   * What the pod's author wrote.
   */
  'userSpecifiedImage'?: (string);
  /**
   * The handler for which the image is meant; empty: the default.
   */
  'runtimeHandler'?: (string);
  /**
   * Digest of an image that is used as a volume.
   */
  'imageRef'?: (string);
}

/**
 * How a caller names an image.
 */
export interface ImageSpecOutput {
  /**
   * An id, a tag or a digest.
   */
  'image': (string);
  'annotations': ({[key: string]: string});
  /**
   * What the pod's author wrote.
   */
  'userSpecifiedImage': (string);
  /**
   * The handler for which the image is meant; empty: the default.
   */
  'runtimeHandler': (string);
  /**
   * Digest of an image that is used as a volume.
   */
  'imageRef': (string);
}
