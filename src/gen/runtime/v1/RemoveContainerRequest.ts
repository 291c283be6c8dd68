// Original file: proto/runtime/v1/api.proto


export interface RemoveContainerRequest {
  'containerId'?: (string);
}

export interface RemoveContainerRequestOutput {
  'containerId': (string);
}
