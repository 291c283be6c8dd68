// Original file: proto/runtime/v1/api.proto


export interface MetricDescriptor {
  'name'?: (string);
  'help'?: (string);
  /**
   * In the order of Metric.label_values.
   */
  'labelKeys'?: (string)[];
}

export interface MetricDescriptorOutput {
  'name': (string);
  'help': (string);
  /**
   * In the order of Metric.label_values.
   */
  'labelKeys': (string)[];
}
