import { isIP } from "node:net";
import { CriError } from "../model/error.ts";
import type { DnsConfig, PodSandboxMetadata, PortMapping } from "../model/pod-sandbox.ts";
import type { JsonObject } from "./json-value.ts";
import { parseQuantity } from "./quantity.ts";

/** A pod sandbox to be connected, as its engine knows it. */
export interface PodNetworkAttachment {
  readonly sandboxId: string;
  /** Path of the pod's network namespace on the host. */
  readonly netnsPath: string | undefined;
  readonly metadata: PodSandboxMetadata;
  readonly portMappings: readonly PortMapping[];
  readonly dns: DnsConfig | undefined;
  readonly annotations: Readonly<Record<string, string>>;
  /** Whether `lo` is up in there already, which saves a plugin call; default: it is not. */
  readonly loopbackUp?: boolean;
}

export type CniArgs = readonly (readonly [name: string, value: string])[];

/**
 * Returns what CNI_ARGS holds for a pod, by the names that plugins for Kubernetes read.
 * Throws CriError InvalidArgument that names the field whose value the form `A=1;B=2` cannot carry.
 */
export function cniArgsOf(sandboxId: string, metadata: PodSandboxMetadata): CniArgs {
  return [
    ["IgnoreUnknown", "1"],
    ["K8S_POD_NAMESPACE", carried(metadata.namespace, "metadata.namespace")],
    ["K8S_POD_NAME", carried(metadata.name, "metadata.name")],
    ["K8S_POD_INFRA_CONTAINER_ID", sandboxId],
    ["K8S_POD_UID", carried(metadata.uid, "metadata.uid")],
  ];
}

/** Returns CNI_ARGS for a sandbox of which nothing but the id is known. */
export function cniArgsOfUnknown(sandboxId: string): CniArgs {
  return [
    ["IgnoreUnknown", "1"],
    ["K8S_POD_INFRA_CONTAINER_ID", sandboxId],
  ];
}

function carried(value: string, field: string): string {
  if (/[;=\p{Cc}]/u.test(value)) {
    throw new CriError(
      "InvalidArgument",
      `${field} must not have ";", "=" or control characters: CNI_ARGS cannot carry ${JSON.stringify(value)}`,
    );
  }
  return value;
}

/** What an attachment is made of, beside the pod's names. */
export type CapabilitySource = Pick<PodNetworkAttachment, "portMappings" | "dns" | "annotations">;

/**
 * Returns the values of the capabilities that plugins may ask for (CNI CONVENTIONS.md): portMappings, bandwidth, dns and
 * ipRanges; those that have no value are left out. `podCidr` is one range or several with commas between, or empty.
 * Throws CriError InvalidArgument that names a malformed annotation.
 */
export function capabilityArgsOf(source: CapabilitySource, podCidr: string): JsonObject {
  const { dns } = source;
  const portMappings = source.portMappings.filter(({ hostPort }) => hostPort > 0).map(encodePort);
  const bandwidth = bandwidthOf(source.annotations);
  const ipRanges = podCidr === "" ? [] : podCidr.split(",").map((subnet) => [{ subnet }]);
  return {
    ...(portMappings.length === 0 ? {} : { portMappings }),
    ...(Object.keys(bandwidth).length === 0 ? {} : { bandwidth }),
    ...(dns === undefined
      ? {}
      : { dns: { servers: dns.servers, searches: dns.searches, options: dns.options } }),
    ...(ipRanges.length === 0 ? {} : { ipRanges }),
  };
}

function encodePort(mapping: PortMapping): JsonObject {
  const { hostPort, containerPort, protocol, hostIp } = mapping;
  return { hostPort, containerPort, protocol: protocol.toLowerCase(), hostIP: hostIp };
}

/** The bandwidth plugin asks for a burst; Kubernetes has none, so the greatest that a 32 bit field takes stands for "no limit". */
const unlimitedBurst = 2 ** 31 - 1;

function bandwidthOf(annotations: Readonly<Record<string, string>>): JsonObject {
  const ingressRate = rateOf(annotations, "kubernetes.io/ingress-bandwidth");
  const egressRate = rateOf(annotations, "kubernetes.io/egress-bandwidth");
  return {
    ...(ingressRate === undefined ? {} : { ingressRate, ingressBurst: unlimitedBurst }),
    ...(egressRate === undefined ? {} : { egressRate, egressBurst: unlimitedBurst }),
  };
}

/** In bits per second. The bounds are Kubernetes' own (pkg/util/bandwidth). */
function rateOf(annotations: Readonly<Record<string, string>>, name: string): number | undefined {
  const text = annotations[name];
  if (text === undefined) return undefined;
  const field = `annotations[${name}]`;
  const rate = parseQuantity(text, field);
  if (rate < 1e3 || rate > 1e15) {
    throw new CriError("InvalidArgument", `${field} must be between 1k and 1P, not ${text}`);
  }
  return rate;
}

/** Returns pod address ranges (`10.1.0.0/24,fd00:1::/64`, or empty) as they were given. Throws InvalidArgument when one is no CIDR. */
export function checkPodCidr(podCidr: string): string {
  for (const range of podCidr === "" ? [] : podCidr.split(",")) {
    const [address = "", length = "", ...rest] = range.split("/");
    const bits = isIP(address) === 6 ? 128 : 32;
    if (
      isIP(address) === 0 ||
      !/^\d{1,3}$/.test(length) ||
      Number(length) > bits ||
      rest.length > 0
    ) {
      const given = JSON.stringify(range.slice(0, 64));
      throw new CriError(
        "InvalidArgument",
        `pod_cidr must be ranges such as 10.1.0.0/24, not ${given}`,
      );
    }
  }
  return podCidr;
}
