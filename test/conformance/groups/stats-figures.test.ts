import assert from "node:assert/strict";
import { test } from "node:test";
import type { ContainerStatsOutput } from "../../../src/gen/runtime/v1/ContainerStats.ts";
import type { LinuxPodSandboxStatsOutput } from "../../../src/gen/runtime/v1/LinuxPodSandboxStats.ts";
import type { UInt64ValueOutput } from "../../../src/gen/runtime/v1/UInt64Value.ts";
import { eventually } from "../../harness/eventually.ts";
import { cgroupParent } from "../cgroup-parent.ts";
import { logFile, logUntil } from "../log-file.ts";
import type { Pod, Scope } from "../pod.ts";
import { containerConfig, podLinux, podStatus, shell, startContainer, startPod } from "../pod.ts";
import { needs, runtime } from "../subject.ts";

const mebibyte = 1 << 20;

/** Whether a figure is within five per cent of what was really used. */
function isClose(figure: number, used: number): boolean {
  return Math.abs(figure - used) <= used * 0.05;
}

/** Waits until a figure is close to what was used: samples may be some seconds old, a writable layer's a minute. */
async function becomesClose(what: string, used: number, ask: () => Promise<number>): Promise<void> {
  let last = Number.NaN;
  const probe = async (): Promise<true | undefined> => {
    last = await ask();
    return isClose(last, used) ? true : undefined;
  };
  await eventually(what, probe, 90_000).catch((thrown: unknown) => {
    throw new Error(`${what}: ${last} is told, ${used} were used`, { cause: thrown });
  });
}

function number(value: UInt64ValueOutput | null | undefined): number {
  return Number(value?.value ?? Number.NaN);
}

async function containerStats(containerId: string): Promise<ContainerStatsOutput> {
  const { stats } = await runtime("ContainerStats", { containerId });
  assert.ok(stats !== null);
  return stats;
}

async function podStats({ id }: Pod): Promise<LinuxPodSandboxStatsOutput> {
  const { stats } = await runtime("PodSandboxStats", { podSandboxId: id });
  assert.ok(stats?.linux);
  return stats.linux;
}

/** A pod with a cgroup of its own, as every pod of a kubelet has. */
async function startPodWithCgroup(scope: Scope): Promise<Pod> {
  const parent = await cgroupParent();
  const pod = await startPod(scope, { linux: { ...podLinux({}), cgroupParent: parent.path } });
  scope.after(() => parent.remove());
  return pod;
}

/** Starts a container that runs a script, and waits until that has said `done`; returns its id and what it said before. */
async function runScript(pod: Pod, script: string): Promise<{ id: string; said: string }> {
  const config = containerConfig();
  const command = ["sh", "-c", `${script}; echo done; exec sleep 1000000`];
  const id = await startContainer(pod, { ...config, command });
  const text = (entries: Awaited<ReturnType<typeof logUntil>>): string =>
    entries.map(({ content }) => content.toString()).join("\n");
  const path = logFile(pod, config.logPath ?? "");
  const said = text(await logUntil(path, (entries) => text(entries).includes("done")));
  return { id, said };
}

/** Works until the first process has had four seconds by its own account, which is in ticks of 10 ms, and says how many. */
const burn = `used=0
while [ $used -lt 400 ]; do
  i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done
  read -r line < /proc/$$/stat; set -- $line; used=$((\${14} + \${15}))
done; echo ticks=$used`;

test("processor time is what the container's process has had", needs("pod-stats"), async (t) => {
  const pod = await startPodWithCgroup(t);
  const { id, said } = await runScript(pod, burn);
  const nanos = Number(/ticks=(\d+)/.exec(said)?.[1]) * 10_000_000;
  await becomesClose("processor time of the container", nanos, async () =>
    number((await containerStats(id)).cpu?.usageCoreNanoSeconds),
  );
  await becomesClose("processor time of the pod", nanos, async () =>
    number((await podStats(pod)).cpu?.usageCoreNanoSeconds),
  );
});

test("memory is what the container holds", needs("pod-stats"), async (t) => {
  const pod = await startPodWithCgroup(t);
  const { id } = await runScript(pod, "true");
  const before = {
    container: (await containerStats(id)).memory,
    pod: (await podStats(pod)).memory,
  };
  const bytes = 128 * mebibyte;
  // tail keeps all that it is to print, and nobody reads it.
  const held = `head -c ${bytes} /dev/zero | tail -c ${bytes} | (sleep 1000; cat)`;
  await shell(id, `(${held}) > /dev/null 2>&1 &`);
  for (const key of ["rssBytes", "workingSetBytes", "usageBytes"] as const) {
    await becomesClose(`${key} of the container`, bytes, async () => {
      const { memory } = await containerStats(id);
      return number(memory?.[key]) - number(before.container?.[key]);
    });
    await becomesClose(`${key} of the pod`, bytes, async () => {
      const { memory } = await podStats(pod);
      return number(memory?.[key]) - number(before.pod?.[key]);
    });
  }
});

test("the writable layer is what the container has written, in bytes and inodes", async (t) => {
  const pod = await startPod(t);
  const bytes = 64 * mebibyte;
  const files = 500;
  const script = `head -c ${bytes} /dev/zero > /large; mkdir /many; i=0
while [ $i -lt ${files} ]; do : > /many/$i; i=$((i+1)); done; sync`;
  const { id } = await runScript(pod, script);
  await becomesClose("bytes", bytes, async () =>
    number((await containerStats(id)).writableLayer?.usedBytes),
  );
  await becomesClose("inodes", files, async () =>
    number((await containerStats(id)).writableLayer?.inodesUsed),
  );
});

test("the network is what the pods sent each other", needs("pod-stats"), async (t) => {
  const [server, client] = [await startPodWithCgroup(t), await startPodWithCgroup(t)];
  const bytes = 64 * mebibyte;
  const serve = `mkdir /www; head -c ${bytes} /dev/zero > /www/file; httpd -p 80 -h /www`;
  await runScript(server, serve);
  const address = (await podStatus(server.id)).network?.ip ?? "";
  await runScript(client, `wget -q -O /dev/null http://${address}/file`);
  await becomesClose("sent by the server", bytes, async () =>
    number((await podStats(server)).network?.defaultInterface?.txBytes),
  );
  await becomesClose("received by the client", bytes, async () =>
    number((await podStats(client)).network?.defaultInterface?.rxBytes),
  );
  const { network } = await podStats(client);
  assert.equal(network?.defaultInterface?.name, "eth0");
  assert.equal(number(network?.defaultInterface?.rxErrors), 0);
});

test("processes of a pod are counted", needs("pod-stats"), async (t) => {
  const pod = await startPodWithCgroup(t);
  const id = await startContainer(pod);
  const count = async (): Promise<number> => number((await podStats(pod)).process?.processCount);
  const before = await count();
  assert.ok(before >= 1);
  await shell(id, "for i in 1 2 3 4 5; do sleep 1000 > /dev/null 2>&1 & done");
  await eventually("five more", async () => ((await count()) === before + 5 ? true : undefined));
});
