// Original file: proto/runtime/v1/api.proto


export interface CDIDevice {
  /**
   * Fully qualified: `vendor.com/class=device`.
   */
  'name'?: (string);
}

export interface CDIDeviceOutput {
  /**
   * Fully qualified: `vendor.com/class=device`.
   */
  'name': (string);
}
