import { existsSync, readdirSync, readFileSync } from "node:fs";
import { minOomScoreAdj, ownCapabilities } from "../../host/capabilities.ts";
import { topCgroup } from "../../host/cgroup.ts";
import type { NodeFacts } from "../../translate/oci/oci-input.ts";

/** Looks at what this node's kernel has, and what this process may give away. */
export async function readNodeFacts(): Promise<NodeFacts> {
  const { controllers, unified } = await topCgroup();
  const memory = controllers.get("memory") ?? unified ?? "";
  return {
    capabilities: ownCapabilities(),
    minOomScoreAdj: minOomScoreAdj(),
    cgroupVersion: controllers.size > 0 ? 1 : 2,
    apparmor: textOf("/sys/module/apparmor/parameters/enabled").startsWith("Y"),
    selinux: existsSync("/sys/fs/selinux/enforce"),
    seccomp: /^Seccomp:/m.test(textOf("/proc/self/status")),
    hugepageSizes: hugepageSizes(),
    swapAccounting: controllers.size === 0 || existsSync(`${memory}/memory.memsw.limit_in_bytes`),
    recursiveReadOnly: false,
  };
}

/** `hugepages-2048kB` → `2MB`. */
function hugepageSizes(): readonly string[] {
  const folder = "/sys/kernel/mm/hugepages";
  if (!existsSync(folder)) return [];
  return readdirSync(folder).map((name) => {
    const kibibytes = Number(/^hugepages-(\d+)kB$/.exec(name)?.[1] ?? 0);
    if (kibibytes >= 1 << 20) return `${kibibytes / (1 << 20)}GB`;
    return kibibytes >= 1 << 10 ? `${kibibytes / (1 << 10)}MB` : `${kibibytes}KB`;
  });
}

function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
