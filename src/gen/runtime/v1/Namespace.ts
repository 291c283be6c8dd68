// Original file: proto/runtime/v1/api.proto

import type { NamespaceOption as _runtime_v1_NamespaceOption, NamespaceOptionOutput as _runtime_v1_NamespaceOptionOutput } from '../../runtime/v1/NamespaceOption.ts';

export interface Namespace {
  'options'?: (_runtime_v1_NamespaceOption | null);
}

export interface NamespaceOutput {
  'options': (_runtime_v1_NamespaceOptionOutput | null);
}
