// Original file: proto/runtime/v1/api.proto

import type { MetricDescriptor as _runtime_v1_MetricDescriptor, MetricDescriptorOutput as _runtime_v1_MetricDescriptorOutput } from '../../runtime/v1/MetricDescriptor.ts';

export interface ListMetricDescriptorsResponse {
  'descriptors'?: (_runtime_v1_MetricDescriptor)[];
}

export interface ListMetricDescriptorsResponseOutput {
  'descriptors': (_runtime_v1_MetricDescriptorOutput)[];
}
