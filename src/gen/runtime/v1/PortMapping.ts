// Original file: proto/runtime/v1/api.proto

import type { Protocol as _runtime_v1_Protocol, ProtocolOutput as _runtime_v1_ProtocolOutput } from '../../runtime/v1/Protocol.ts';

export interface PortMapping {
  'protocol'?: (_runtime_v1_Protocol);
  'containerPort'?: (number);
  /**
   * 0: not reachable through the host.
   */
  'hostPort'?: (number);
  /**
   * Empty: every address of the host.
   */
  'hostIp'?: (string);
}

export interface PortMappingOutput {
  'protocol': (_runtime_v1_ProtocolOutput);
  'containerPort': (number);
  /**
   * 0: not reachable through the host.
   */
  'hostPort': (number);
  /**
   * Empty: every address of the host.
   */
  'hostIp': (string);
}
