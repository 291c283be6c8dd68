// Original file: proto/runtime/v1/api.proto


export interface PullImageResponse {
  /**
   * The image's id, always the same for one image.
   */
  'imageRef'?: (string);
}

export interface PullImageResponseOutput {
  /**
   * The image's id, always the same for one image.
   */
  'imageRef': (string);
}
