// Original file: proto/runtime/v1/api.proto


export interface ContainerStatusRequest {
  'containerId'?: (string);
  'verbose'?: (boolean);
}

export interface ContainerStatusRequestOutput {
  'containerId': (string);
  'verbose': (boolean);
}
