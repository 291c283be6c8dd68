import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { ContainerStatsOutput } from "../../../src/gen/runtime/v1/ContainerStats.ts";
import type { LinuxPodSandboxStatsOutput } from "../../../src/gen/runtime/v1/LinuxPodSandboxStats.ts";
import type { UInt64ValueOutput } from "../../../src/gen/runtime/v1/UInt64Value.ts";
import { eventually } from "../../harness/eventually.ts";
import { type CgroupParent, cgroupParent } from "../cgroup-parent.ts";
import { logLines } from "../log-file.ts";
import {
  type Pod,
  podLinux,
  podStatus,
  type Scope,
  shell,
  startContainer,
  startPod,
} from "../pod.ts";
import { needs, runtime } from "../subject.ts";

const mebibyte = 1 << 20;

/** Fails unless a figure is within five per cent of what was really used. */
function assertClose(what: string, figure: number, used: number): void {
  const deviation = Math.abs(figure - used) / used;
  assert.ok(deviation <= 0.05, `${what}: ${figure} is told, ${used} were used`);
}

function number(value: UInt64ValueOutput | null | undefined): number {
  return Number(value?.value ?? Number.NaN);
}

async function containerStats(containerId: string): Promise<ContainerStatsOutput> {
  const { stats } = await runtime("ContainerStats", { containerId });
  assert.ok(stats !== null);
  return stats;
}

async function podStats(podSandboxId: string): Promise<LinuxPodSandboxStatsOutput> {
  const { stats } = await runtime("PodSandboxStats", { podSandboxId });
  assert.ok(stats?.linux);
  return stats.linux;
}

/** A pod with a cgroup of its own, as every pod of a kubelet has. */
async function startPodIn(scope: Scope, parent: CgroupParent): Promise<Pod> {
  const pod = await startPod(scope, { linux: { ...podLinux({}), cgroupParent: parent.path } });
  scope.after(() => parent.remove());
  return pod;
}

/** The first process burns CPU until it has had four seconds by its own account, in ticks of 10 ms, and says how much it was. */
const burn = `used=0
while [ $used -lt 400 ]; do
  i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done
  read -r line < /proc/$$/stat; set -- $line; used=$((\${14} + \${15}))
done
echo used $used; exec sleep 1000000`;
