// Original file: proto/runtime/v1/api.proto

import type { ContainerMetadata as _runtime_v1_ContainerMetadata, ContainerMetadataOutput as _runtime_v1_ContainerMetadataOutput } from '../../runtime/v1/ContainerMetadata.ts';
import type { ImageSpec as _runtime_v1_ImageSpec, ImageSpecOutput as _runtime_v1_ImageSpecOutput } from '../../runtime/v1/ImageSpec.ts';
import type { KeyValue as _runtime_v1_KeyValue, KeyValueOutput as _runtime_v1_KeyValueOutput } from '../../runtime/v1/KeyValue.ts';
import type { Mount as _runtime_v1_Mount, MountOutput as _runtime_v1_MountOutput } from '../../runtime/v1/Mount.ts';
import type { Device as _runtime_v1_Device, DeviceOutput as _runtime_v1_DeviceOutput } from '../../runtime/v1/Device.ts';
import type { LinuxContainerConfig as _runtime_v1_LinuxContainerConfig, LinuxContainerConfigOutput as _runtime_v1_LinuxContainerConfigOutput } from '../../runtime/v1/LinuxContainerConfig.ts';
import type { WindowsContainerConfig as _runtime_v1_WindowsContainerConfig, WindowsContainerConfigOutput as _runtime_v1_WindowsContainerConfigOutput } from '../../runtime/v1/WindowsContainerConfig.ts';
import type { CDIDevice as _runtime_v1_CDIDevice, CDIDeviceOutput as _runtime_v1_CDIDeviceOutput } from '../../runtime/v1/CDIDevice.ts';
import type { Signal as _runtime_v1_Signal, SignalOutput as _runtime_v1_SignalOutput } from '../../runtime/v1/Signal.ts';

export interface ContainerConfig {
  'metadata'?: (_runtime_v1_ContainerMetadata | null);
  'image'?: (_runtime_v1_ImageSpec | null);
  /**
   * Replaces the image's entry point; empty: the image's own.
   */
  'command'?: (string)[];
  /**
   * Replaces the image's arguments.
   */
  'args'?: (string)[];
  'workingDir'?: (string);
  'envs'?: (_runtime_v1_KeyValue)[];
  'mounts'?: (_runtime_v1_Mount)[];
  'devices'?: (_runtime_v1_Device)[];
  'labels'?: ({[key: string]: string});
  /**
   * Come back unchanged in statuses and lists.
   */
  'annotations'?: ({[key: string]: string});
  /**
   * Relative to PodSandboxConfig.log_directory.
   */
  'logPath'?: (string);
  'stdin'?: (boolean);
  /**
   * Standard input is closed when the first client that attached to it leaves.
   */
  'stdinOnce'?: (boolean);
  'tty'?: (boolean);
  'linux'?: (_runtime_v1_LinuxContainerConfig | null);
  'windows'?: (_runtime_v1_WindowsContainerConfig | null);
  'CDIDevices'?: (_runtime_v1_CDIDevice)[];
  'stopSignal'?: (_runtime_v1_Signal);
}

export interface ContainerConfigOutput {
  'metadata': (_runtime_v1_ContainerMetadataOutput | null);
  'image': (_runtime_v1_ImageSpecOutput | null);
  /**
   * Replaces the image's entry point; empty: the image's own.
   */
  'command': (string)[];
  /**
   * Replaces the image's arguments.
   */
  'args': (string)[];
  'workingDir': (string);
  'envs': (_runtime_v1_KeyValueOutput)[];
  'mounts': (_runtime_v1_MountOutput)[];
  'devices': (_runtime_v1_DeviceOutput)[];
  'labels': ({[key: string]: string});
  /**
   * Come back unchanged in statuses and lists.
   */
  'annotations': ({[key: string]: string});
  /**
   * Relative to PodSandboxConfig.log_directory.
   */
  'logPath': (string);
  'stdin': (boolean);
  /**
   * Standard input is closed when the first client that attached to it leaves.
   */
  'stdinOnce': (boolean);
  'tty': (boolean);
  'linux': (_runtime_v1_LinuxContainerConfigOutput | null);
  'windows': (_runtime_v1_WindowsContainerConfigOutput | null);
  'CDIDevices': (_runtime_v1_CDIDeviceOutput)[];
  'stopSignal': (_runtime_v1_SignalOutput);
}
