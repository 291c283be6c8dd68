// Original file: proto/runtime/v1/api.proto


/**
 * An environment variable; its value is bytes, not necessarily text.
 */
export interface KeyValue {
  'key'?: (string);
  'value'?: (Buffer | Uint8Array | string);
}

/**
 * An environment variable; its value is bytes, not necessarily text.
 */
export interface KeyValueOutput {
  'key': (string);
  'value': (Buffer);
}
