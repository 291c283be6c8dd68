import type { CDIDeviceOutput } from "../../gen/runtime/v1/CDIDevice.ts";
import type { ContainerConfigOutput } from "../../gen/runtime/v1/ContainerConfig.ts";
import type { ContainerMetadataOutput } from "../../gen/runtime/v1/ContainerMetadata.ts";
import type { KeyValueOutput } from "../../gen/runtime/v1/KeyValue.ts";
import type {
  ContainerConfig,
  ContainerMetadata,
  EnvironmentVariable,
} from "../../model/container.ts";
import { decodeImageSpec } from "./decode-image-spec.ts";
import { decodeDevice, decodeMount } from "./decode-mount.ts";
import { decodeResources } from "./decode-resources.ts";
import { decodeContainerSecurity } from "./decode-security-context.ts";
import { decodeLogPath, decodeOptionalAbsolutePath } from "./paths.ts";
import { refuse, required } from "./refuse.ts";
import { decodeSignal } from "./signals.ts";
import { decodeEach, decodeMatching, decodeName, decodeText } from "./text.ts";

const environmentKey = {
  pattern: /^[^=\0]+$/,
  rule: 'must not be empty nor contain "=" or NUL',
};
/** From the Container Device Interface specification, section "Kind" and device names. */
const cdiDevice = {
  pattern: /^[A-Za-z][\w.-]*\/[A-Za-z][\w-]*=[A-Za-z0-9][\w.:-]*$/,
  rule: "must be a fully qualified name such as vendor.com/class=device",
};

/** Translates and checks the request for a container; `path` is where it stands in the message. Throws CriError InvalidArgument. */
export function decodeContainerConfig(
  wire: ContainerConfigOutput | null,
  path: string,
): ContainerConfig {
  const config = required(wire, path);
  if (config.windows !== null) return refuse(`${path}.windows`, "must be absent on Linux");
  const { linux } = config;
  return {
    metadata: decodeMetadata(required(config.metadata, `${path}.metadata`), `${path}.metadata`),
    image: decodeImageSpec(config.image, `${path}.image`),
    ...decodeProcess(config, path),
    mounts: decodeEach(config.mounts, `${path}.mounts`, decodeMount),
    devices: decodeEach(config.devices, `${path}.devices`, decodeDevice),
    labels: { ...config.labels },
    annotations: { ...config.annotations },
    logPath: decodeLogPath(config.logPath, `${path}.log_path`),
    cdiDevices: decodeEach(config.CDIDevices, `${path}.CDI_devices`, decodeCdiDevice),
    stopSignal: decodeSignal(config.stopSignal, `${path}.stop_signal`),
    resources: decodeResources(linux?.resources ?? null, `${path}.linux.resources`),
    security: decodeContainerSecurity(
      linux?.securityContext ?? null,
      `${path}.linux.security_context`,
    ),
  };
}

function decodeMetadata(wire: ContainerMetadataOutput, path: string): ContainerMetadata {
  return { name: decodeName(wire.name, `${path}.name`), attempt: wire.attempt };
}

type ProcessPart = Pick<
  ContainerConfig,
  "command" | "args" | "workingDir" | "envs" | "stdin" | "stdinOnce" | "tty"
>;

function decodeProcess(config: ContainerConfigOutput, path: string): ProcessPart {
  return {
    command: decodeEach(config.command, `${path}.command`, decodeText),
    args: decodeEach(config.args, `${path}.args`, decodeText),
    workingDir: decodeOptionalAbsolutePath(config.workingDir, `${path}.working_dir`),
    envs: decodeEach(config.envs, `${path}.envs`, decodeEnvironmentVariable),
    stdin: config.stdin,
    stdinOnce: config.stdinOnce,
    tty: config.tty,
  };
}

/** The bytes are copied: as they came they would keep the whole message in memory. */
function decodeEnvironmentVariable(wire: KeyValueOutput, path: string): EnvironmentVariable {
  if (wire.value.includes(0)) return refuse(`${path}.value`, "must not contain NUL");
  const key = decodeMatching(wire.key, `${path}.key`, environmentKey);
  return { key, value: new Uint8Array(wire.value) };
}

function decodeCdiDevice(wire: CDIDeviceOutput, path: string): string {
  return decodeMatching(wire.name, `${path}.name`, cdiDevice);
}
