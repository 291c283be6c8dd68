// Original file: proto/runtime/v1/api.proto


export interface PortForwardRequest {
  'podSandboxId'?: (string);
  'port'?: (number)[];
}

export interface PortForwardRequestOutput {
  'podSandboxId': (string);
  'port': (number)[];
}
