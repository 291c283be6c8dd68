// Original file: proto/runtime/v1/api.proto


export interface PodIP {
  'ip'?: (string);
}

export interface PodIPOutput {
  'ip': (string);
}
