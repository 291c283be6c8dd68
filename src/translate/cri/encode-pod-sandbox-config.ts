import type { DNSConfig } from "../../gen/runtime/v1/DNSConfig.ts";
import type { LinuxPodSandboxConfig } from "../../gen/runtime/v1/LinuxPodSandboxConfig.ts";
import type { PodSandboxConfig as WirePodSandboxConfig } from "../../gen/runtime/v1/PodSandboxConfig.ts";
import type { DnsConfig, PodSandboxConfig } from "../../model/pod-sandbox.ts";
import { encodeResources } from "./encode-resources.ts";
import { encodeSandboxSecurity } from "./encode-security-context.ts";
import { encodeEnum, protocols } from "./enums.ts";

/** Translates a sandbox's configuration as a client sends it; `decodePodSandboxConfig` returns the same again. */
export function encodePodSandboxConfig(config: PodSandboxConfig): WirePodSandboxConfig {
  return {
    metadata: config.metadata,
    hostname: config.hostname,
    logDirectory: config.logDirectory,
    dnsConfig: config.dns === undefined ? null : encodeDns(config.dns),
    portMappings: config.portMappings.map((mapping) => ({
      ...mapping,
      protocol: encodeEnum(mapping.protocol, protocols),
    })),
    labels: config.labels,
    annotations: config.annotations,
    linux: encodeLinux(config),
  };
}

function encodeDns(dns: DnsConfig): DNSConfig {
  return { servers: [...dns.servers], searches: [...dns.searches], options: [...dns.options] };
}

function encodeLinux(config: PodSandboxConfig): LinuxPodSandboxConfig {
  return {
    cgroupParent: config.cgroupParent,
    sysctls: config.sysctls,
    securityContext: encodeSandboxSecurity(config.security),
    overhead: config.overhead === undefined ? null : encodeResources(config.overhead),
    resources: config.resources === undefined ? null : encodeResources(config.resources),
  };
}
