import { readFileSync } from "node:fs";

/** By bit, from the kernel's include/uapi/linux/capability.h. */
const names = [
  "CHOWN",
  "DAC_OVERRIDE",
  "DAC_READ_SEARCH",
  "FOWNER",
  "FSETID",
  "KILL",
  "SETGID",
  "SETUID",
  "SETPCAP",
  "LINUX_IMMUTABLE",
  "NET_BIND_SERVICE",
  "NET_BROADCAST",
  "NET_ADMIN",
  "NET_RAW",
  "IPC_LOCK",
  "IPC_OWNER",
  "SYS_MODULE",
  "SYS_RAWIO",
  "SYS_CHROOT",
  "SYS_PTRACE",
  "SYS_PACCT",
  "SYS_ADMIN",
  "SYS_BOOT",
  "SYS_NICE",
  "SYS_RESOURCE",
  "SYS_TIME",
  "SYS_TTY_CONFIG",
  "MKNOD",
  "LEASE",
  "AUDIT_WRITE",
  "AUDIT_CONTROL",
  "SETFCAP",
  "MAC_OVERRIDE",
  "MAC_ADMIN",
  "SYSLOG",
  "WAKE_ALARM",
  "BLOCK_SUSPEND",
  "AUDIT_READ",
  "PERFMON",
  "BPF",
  "CHECKPOINT_RESTORE",
] as const;

/** Returns the capabilities that this process has and can hand on, in upper case without `CAP_`. */
export function ownCapabilities(): readonly string[] {
  return capabilitiesIn(readFileSync("/proc/self/status", "latin1"));
}

/** Reads /proc/PID/status: what is in the bounding set and in effect. */
export function capabilitiesIn(status: string): readonly string[] {
  const mask = maskOf(status, "CapBnd") & maskOf(status, "CapEff");
  return names.filter((_, bit) => ((mask >> BigInt(bit)) & 1n) === 1n);
}

function maskOf(status: string, field: string): bigint {
  const hex = new RegExp(`^${field}:\\s*([0-9a-f]+)$`, "m").exec(status)?.[1];
  return hex === undefined ? 0n : BigInt(`0x${hex}`);
}

/**
 * Returns the lowest oom_score_adj that this process may give to a child: −1000 with CAP_SYS_RESOURCE, else its own, because
 * the kernel lets nobody go below what he was given (fs/proc/base.c, oom_score_adj_min).
 */
export function minOomScoreAdj(): number {
  if (ownCapabilities().includes("SYS_RESOURCE")) return -1000;
  return Number(readFileSync("/proc/self/oom_score_adj", "latin1"));
}
