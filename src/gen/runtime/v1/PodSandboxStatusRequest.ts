// Original file: proto/runtime/v1/api.proto


export interface PodSandboxStatusRequest {
  'podSandboxId'?: (string);
  'verbose'?: (boolean);
}

export interface PodSandboxStatusRequestOutput {
  'podSandboxId': (string);
  'verbose': (boolean);
}
