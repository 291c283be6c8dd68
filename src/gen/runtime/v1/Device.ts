// Original file: proto/runtime/v1/api.proto


export interface Device {
  'containerPath'?: (string);
  'hostPath'?: (string);
  /**
   * Of r (read), w (write) and m (make device files).
   */
  'permissions'?: (string);
}

export interface DeviceOutput {
  'containerPath': (string);
  'hostPath': (string);
  /**
   * Of r (read), w (write) and m (make device files).
   */
  'permissions': (string);
}
