// Original file: proto/runtime/v1/api.proto


export interface StartContainerRequest {
  'containerId'?: (string);
}

export interface StartContainerRequestOutput {
  'containerId': (string);
}
