// Original file: proto/runtime/v1/api.proto


export interface StopPodSandboxRequest {
  'podSandboxId'?: (string);
}

export interface StopPodSandboxRequestOutput {
  'podSandboxId': (string);
}
