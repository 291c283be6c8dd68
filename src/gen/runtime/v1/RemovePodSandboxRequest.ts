// Original file: proto/runtime/v1/api.proto


export interface RemovePodSandboxRequest {
  'podSandboxId'?: (string);
}

export interface RemovePodSandboxRequestOutput {
  'podSandboxId': (string);
}
