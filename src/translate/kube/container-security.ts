import type { Capabilities, ContainerSecurityContext } from "../../model/security.ts";
import { type Fields, refused } from "./fields.ts";
import { maxId, type PodSecurity } from "./pod-security.ts";
import { readAppArmor, readSeccomp, readSelinux } from "./security-profiles.ts";

/** Kubernetes' default `procMount` (pkg/securitycontext): what would show or change the host. */
const defaultMaskedPaths: readonly string[] = [
  "/proc/asound",
  "/proc/acpi",
  "/proc/interrupts",
  "/proc/kcore",
  "/proc/keys",
  "/proc/latency_stats",
  "/proc/timer_list",
  "/proc/timer_stats",
  "/proc/sched_debug",
  "/proc/scsi",
  "/sys/firmware",
  "/sys/devices/virtual/powercap",
];
const defaultReadonlyPaths: readonly string[] = [
  "/proc/bus",
  "/proc/fs",
  "/proc/irq",
  "/proc/sys",
  "/proc/sysrq-trigger",
];

/** Reads a container's `securityContext`; what it does not say, the pod says. */
export function readContainerSecurity(
  container: Fields,
  pod: PodSecurity,
  seccompFolder: string,
): ContainerSecurityContext {
  const context = container.objectOrEmpty("securityContext");
  const unmasked = context.word("procMount", ["Default", "Unmasked"]) === "Unmasked";
  const security: ContainerSecurityContext = {
    namespaces: pod.namespaces,
    privileged: context.flag("privileged") ?? false,
    selinux: readSelinux(context) ?? pod.selinux,
    runAsUser: context.integer("runAsUser", 0, maxId) ?? pod.runAsUser,
    runAsUsername: undefined,
    runAsGroup: context.integer("runAsGroup", 0, maxId) ?? pod.runAsGroup,
    readonlyRootfs: context.flag("readOnlyRootFilesystem") ?? false,
    supplementalGroups: pod.supplementalGroups,
    supplementalGroupsPolicy: pod.supplementalGroupsPolicy,
    seccomp: readSeccomp(context, seccompFolder) ?? pod.seccomp,
    apparmor: readAppArmor(context) ?? pod.apparmor,
    capabilities: readCapabilities(context),
    noNewPrivs: context.flag("allowPrivilegeEscalation") === false,
    maskedPaths: unmasked ? [] : defaultMaskedPaths,
    readonlyPaths: unmasked ? [] : defaultReadonlyPaths,
  };
  refuseUnprovenUser(container, context, { pod, runAsUser: security.runAsUser });
  context.end();
  return security;
}

function readCapabilities(context: Fields): Capabilities {
  const capabilities = context.objectOrEmpty("capabilities");
  const read = {
    add: capabilities.texts("add"),
    drop: capabilities.texts("drop"),
    addAmbient: [],
  };
  capabilities.end();
  return read;
}

/** A kubelet looks into the image for the user; here the manifest has to say it. */
function refuseUnprovenUser(
  container: Fields,
  context: Fields,
  { pod, runAsUser }: { readonly pod: PodSecurity; readonly runAsUser: number | undefined },
): void {
  const nonRoot = context.flag("runAsNonRoot") ?? pod.runAsNonRoot;
  if (!nonRoot || (runAsUser ?? 0) > 0) return;
  throw refused(
    container.at("securityContext.runAsUser"),
    "must be a user above 0, since runAsNonRoot is set",
  );
}
