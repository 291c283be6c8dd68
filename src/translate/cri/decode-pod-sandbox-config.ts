import { isIP } from "node:net";
import type { DNSConfigOutput } from "../../gen/runtime/v1/DNSConfig.ts";
import type { LinuxPodSandboxConfigOutput } from "../../gen/runtime/v1/LinuxPodSandboxConfig.ts";
import type { PodSandboxConfigOutput } from "../../gen/runtime/v1/PodSandboxConfig.ts";
import type { PodSandboxMetadataOutput } from "../../gen/runtime/v1/PodSandboxMetadata.ts";
import type { PortMappingOutput } from "../../gen/runtime/v1/PortMapping.ts";
import type {
  DnsConfig,
  PodSandboxConfig,
  PodSandboxMetadata,
  PortMapping,
} from "../../model/pod-sandbox.ts";
import { decodeResources } from "./decode-resources.ts";
import { decodeSandboxSecurity } from "./decode-security-context.ts";
import { decodeEnum, protocols } from "./enums.ts";
import { decodeInteger } from "./integers.ts";
import { decodeCgroupParent, decodeLogDirectory } from "./paths.ts";
import { refuse, required } from "./refuse.ts";
import {
  decodeEach,
  decodeLine,
  decodeMatching,
  decodeName,
  decodeWord,
  entryPath,
} from "./text.ts";

/** The kernel keeps 64 bytes (__NEW_UTS_LEN); the characters are those that /etc/hosts can hold. */
const hostname = {
  pattern: /^[0-9A-Za-z_.-]{0,64}$/,
  rule: "must be at most 64 letters, digits, _, . and -",
};
/** Dots or slashes between the parts, never `..`: the name becomes a path below /proc/sys. */
const sysctl = {
  pattern: /^[0-9A-Za-z_-]+([./][0-9A-Za-z_-]+)*$/,
  rule: "must be named as in net.ipv4.ip_forward",
};
const port = { min: 0, max: 65_535 };

/** Translates and checks the request for a sandbox; `path` is where it stands in the message. Throws CriError InvalidArgument. */
export function decodePodSandboxConfig(
  wire: PodSandboxConfigOutput | null,
  path: string,
): PodSandboxConfig {
  const config = required(wire, path);
  if (config.windows !== null) return refuse(`${path}.windows`, "must be absent on Linux");
  return {
    metadata: decodeMetadata(required(config.metadata, `${path}.metadata`), `${path}.metadata`),
    hostname: decodeMatching(config.hostname, `${path}.hostname`, hostname),
    logDirectory: decodeLogDirectory(config.logDirectory, `${path}.log_directory`),
    dns: decodeDns(config.dnsConfig, `${path}.dns_config`),
    portMappings: decodeEach(config.portMappings, `${path}.port_mappings`, decodePortMapping),
    labels: { ...config.labels },
    annotations: { ...config.annotations },
    ...decodeLinux(config.linux, `${path}.linux`),
  };
}

/** UIDs are any line; docker names and CNI arguments write them each in its own way. */
function decodeMetadata(wire: PodSandboxMetadataOutput, path: string): PodSandboxMetadata {
  return {
    name: decodeName(wire.name, `${path}.name`),
    uid: decodeLine(wire.uid, `${path}.uid`),
    namespace: decodeName(wire.namespace, `${path}.namespace`),
    attempt: wire.attempt,
  };
}

/** Each entry becomes a word in resolv.conf, so none may have a space or end a line. */
function decodeDns(wire: DNSConfigOutput | null, path: string): DnsConfig | undefined {
  if (wire === null) return undefined;
  return {
    servers: decodeEach(wire.servers, `${path}.servers`, decodeWord),
    searches: decodeEach(wire.searches, `${path}.searches`, decodeWord),
    options: decodeEach(wire.options, `${path}.options`, decodeWord),
  };
}

function decodePortMapping(wire: PortMappingOutput, path: string): PortMapping {
  const containerPort = decodeInteger(wire.containerPort, `${path}.container_port`, port);
  const hostPort = decodeInteger(wire.hostPort, `${path}.host_port`, port);
  if (hostPort > 0 && containerPort === 0) {
    return refuse(`${path}.container_port`, "must not be 0 when host_port is set");
  }
  if (wire.hostIp !== "" && isIP(wire.hostIp) === 0) {
    return refuse(`${path}.host_ip`, "must be an IP address");
  }
  const protocol = decodeEnum(wire.protocol, `${path}.protocol`, protocols);
  return { protocol, containerPort, hostPort, hostIp: wire.hostIp };
}

type LinuxPart = Pick<
  PodSandboxConfig,
  "cgroupParent" | "sysctls" | "security" | "overhead" | "resources"
>;

function decodeLinux(wire: LinuxPodSandboxConfigOutput | null, path: string): LinuxPart {
  return {
    cgroupParent: decodeCgroupParent(wire?.cgroupParent ?? "", `${path}.cgroup_parent`),
    sysctls: decodeSysctls(wire?.sysctls ?? {}, `${path}.sysctls`),
    security: decodeSandboxSecurity(wire?.securityContext ?? null, `${path}.security_context`),
    overhead: wire?.overhead ? decodeResources(wire.overhead, `${path}.overhead`) : undefined,
    resources: wire?.resources ? decodeResources(wire.resources, `${path}.resources`) : undefined,
  };
}

function decodeSysctls(
  wire: Readonly<Record<string, string>>,
  path: string,
): Readonly<Record<string, string>> {
  for (const [name, value] of Object.entries(wire)) {
    decodeMatching(name, entryPath(path, name), sysctl);
    decodeLine(value, entryPath(path, name));
  }
  return { ...wire };
}
