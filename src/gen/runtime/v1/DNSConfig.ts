// Original file: proto/runtime/v1/api.proto


/**
 * What the pod's resolv.conf says.
 */
export interface DNSConfig {
  'servers'?: (string)[];
  'searches'?: (string)[];
  'options'?: (string)[];
}

/**
 * What the pod's resolv.conf says.
 */
export interface DNSConfigOutput {
  'servers': (string)[];
  'searches': (string)[];
  'options': (string)[];
}
