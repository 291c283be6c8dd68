import type { LinuxResources } from "../../model/resources.ts";
import type { NodeFacts, OciInput } from "./oci-input.ts";
import { cannot } from "./refusal.ts";
import type { OciDeviceRule, OciResources } from "./spec.ts";

/** What every container may use: null, zero, full, random, urandom, tty, console, terminals (runtime-spec, "Default Devices"). */
const defaultRules: readonly OciDeviceRule[] = (
  [
    [1, 3],
    [1, 5],
    [1, 7],
    [1, 8],
    [1, 9],
    [5, 0],
    [5, 1],
    [5, 2],
    [136, undefined],
  ] as const
).map(([major, minor]) => ({
  allow: true,
  type: "c",
  major,
  ...(minor !== undefined && { minor }),
  access: "rwm",
}));

/** Returns the cgroup's limits with the devices that may be used. Throws as `ociLimits`. */
export function ociResources({ config, devices, node }: OciInput): OciResources {
  const rules: readonly OciDeviceRule[] = config.security.privileged
    ? [{ allow: true, access: "rwm" }]
    : [
        { allow: false, access: "rwm" },
        ...defaultRules,
        // Making nodes is not using them.
        { allow: true, type: "c", access: "m" },
        { allow: true, type: "b", access: "m" },
        ...devices.flatMap(({ device, permissions }) => ruleOf(device, permissions)),
      ];
  return { devices: rules, ...ociLimits(config.resources, node) };
}

function ruleOf(
  { type, major, minor }: OciInput["devices"][number]["device"],
  access: string,
): readonly OciDeviceRule[] {
  return type === "p" ? [] : [{ allow: true, type, major, minor, access }];
}

/**
 * Returns those limits that are said. A limit of 0 for huge pages of a size that the kernel does not have limits nothing and is left out.
 * Throws FailedPrecondition for another one, and for values of cgroup v2 on a node with v1.
 */
export function ociLimits(
  resources: LinuxResources,
  node: NodeFacts,
): Omit<OciResources, "devices"> {
  const { memoryLimitBytes, memorySwapLimitBytes, cpuShares, cpuQuotaMicros, cpuPeriodMicros } =
    resources;
  const { cpusetCpus, cpusetMems, unified } = resources;
  const swap = node.swapAccounting ? memorySwapLimitBytes : undefined;
  const memory = said({ limit: memoryLimitBytes, swap });
  const cpu = said({
    shares: cpuShares,
    quota: cpuQuotaMicros,
    period: cpuPeriodMicros,
    cpus: cpusetCpus || undefined,
    mems: cpusetMems || undefined,
  });
  const hugepageLimits = hugepages(resources, node);
  return {
    ...(memory !== undefined && { memory }),
    ...(cpu !== undefined && { cpu }),
    ...(hugepageLimits.length > 0 && { hugepageLimits }),
    // The kubelet sends memory QoS wherever its gate is on: with v1 there is nothing to set, and no pod may fail for it.
    ...(node.cgroupVersion === 2 && Object.keys(unified).length > 0 && { unified }),
  };
}

function hugepages({ hugepageLimits }: LinuxResources, node: NodeFacts) {
  return hugepageLimits.flatMap(({ pageSize, limitBytes }) => {
    if (node.hugepageSizes.includes(pageSize)) return [{ pageSize, limit: Number(limitBytes) }];
    if (limitBytes === 0n) return [];
    throw cannot("resources.hugepageLimits", `this kernel has no huge pages of ${pageSize}`);
  });
}

function said<T extends object>(
  fields: {
    readonly [K in keyof T]: T[K] | undefined;
  },
): { readonly [K in keyof T]?: T[K] } | undefined {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined);
  return entries.length === 0 ? undefined : (Object.fromEntries(entries) as Partial<T>);
}
