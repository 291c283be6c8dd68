// Original file: proto/runtime/v1/api.proto

import type { LinuxContainerUser as _runtime_v1_LinuxContainerUser, LinuxContainerUserOutput as _runtime_v1_LinuxContainerUserOutput } from '../../runtime/v1/LinuxContainerUser.ts';

export interface ContainerUser {
  'linux'?: (_runtime_v1_LinuxContainerUser | null);
}

export interface ContainerUserOutput {
  'linux': (_runtime_v1_LinuxContainerUserOutput | null);
}
