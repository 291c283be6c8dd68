// Original file: proto/runtime/v1/api.proto


export interface SELinuxOption {
  'user'?: (string);
  'role'?: (string);
  'type'?: (string);
  'level'?: (string);
}

export interface SELinuxOptionOutput {
  'user': (string);
  'role': (string);
  'type': (string);
  'level': (string);
}
