// Original file: proto/runtime/v1/api.proto

import type { PodSandboxMetadata as _runtime_v1_PodSandboxMetadata, PodSandboxMetadataOutput as _runtime_v1_PodSandboxMetadataOutput } from '../../runtime/v1/PodSandboxMetadata.ts';
import type { DNSConfig as _runtime_v1_DNSConfig, DNSConfigOutput as _runtime_v1_DNSConfigOutput } from '../../runtime/v1/DNSConfig.ts';
import type { PortMapping as _runtime_v1_PortMapping, PortMappingOutput as _runtime_v1_PortMappingOutput } from '../../runtime/v1/PortMapping.ts';
import type { LinuxPodSandboxConfig as _runtime_v1_LinuxPodSandboxConfig, LinuxPodSandboxConfigOutput as _runtime_v1_LinuxPodSandboxConfigOutput } from '../../runtime/v1/LinuxPodSandboxConfig.ts';
import type { WindowsPodSandboxConfig as _runtime_v1_WindowsPodSandboxConfig, WindowsPodSandboxConfigOutput as _runtime_v1_WindowsPodSandboxConfigOutput } from '../../runtime/v1/WindowsPodSandboxConfig.ts';

export interface PodSandboxConfig {
  'metadata'?: (_runtime_v1_PodSandboxMetadata | null);
  /**
   * May be empty only in the node's network.
   */
  'hostname'?: (string);
  /**
   * Folder on the host under which ContainerConfig.log_path lies.
   */
  'logDirectory'?: (string);
  'dnsConfig'?: (_runtime_v1_DNSConfig | null);
  'portMappings'?: (_runtime_v1_PortMapping)[];
  'labels'?: ({[key: string]: string});
  /**
   * Come back unchanged in statuses and lists.
   */
  'annotations'?: ({[key: string]: string});
  'linux'?: (_runtime_v1_LinuxPodSandboxConfig | null);
  'windows'?: (_runtime_v1_WindowsPodSandboxConfig | null);
}

export interface PodSandboxConfigOutput {
  'metadata': (_runtime_v1_PodSandboxMetadataOutput | null);
  /**
   * May be empty only in the node's network.
   */
  'hostname': (string);
  /**
   * Folder on the host under which ContainerConfig.log_path lies.
   */
  'logDirectory': (string);
  'dnsConfig': (_runtime_v1_DNSConfigOutput | null);
  'portMappings': (_runtime_v1_PortMappingOutput)[];
  'labels': ({[key: string]: string});
  /**
   * Come back unchanged in statuses and lists.
   */
  'annotations': ({[key: string]: string});
  'linux': (_runtime_v1_LinuxPodSandboxConfigOutput | null);
  'windows': (_runtime_v1_WindowsPodSandboxConfigOutput | null);
}
