import assert from "node:assert/strict";
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { mkdir, readFile, rmdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { after, before, test } from "node:test";
import { command } from "../harness/command.ts";
import { eventually } from "../harness/eventually.ts";
import { figuresOf } from "./daemon-figures.ts";
import { NodeUnderTest } from "./node-under-test.ts";
import { cgroupParent, type FaultPod } from "./pods.ts";

type Watcher = ChildProcessByStdio<null, null, Readable>;

let node: NodeUnderTest;

before(async () => {
  node = await NodeUnderTest.start();
});

after(() => node[Symbol.asyncDispose]());

/** An error says what is exhausted, or that a call had to wait too long; never that something is not there. */
const explicit = new Set(["ResourceExhausted", "Unavailable", "DeadlineExceeded"]);

/** Calls that a kubelet makes all the time; returns the errors that they gave. */
async function useIt(
  pod: FaultPod,
  round: number,
): Promise<readonly { kind: string; message: string }[]> {
  const { pods } = node;
  const verdicts = await Promise.allSettled([
    pods.run(`scarce-${round}`, {}, 20_000),
    pods.createContainer(pod, `scarce-${round}`, {
      mounts: [{ containerPath: "/m", hostPath: "/tmp" }],
    }),
    pods.list(),
    pods.status(pod.id),
  ]);
  assert.deepEqual(
    verdicts.slice(2).map(({ status }) => status),
    ["fulfilled", "fulfilled"],
  );
  return verdicts.flatMap((verdict) => (verdict.status === "rejected" ? [verdict.reason] : []));
}

/** Uses the daemon while something is short, gives it back, and checks that all goes on as before. */
async function starve(name: string, take: () => Promise<() => Promise<void>>): Promise<void> {
  const { pods, ferry } = node;
  const pod = await pods.run(name);
  const box = await pods.startContainer(pod, "box");
  const { pid } = ferry;
  const giveBack = await take();
  const errors = [];
  for (let round = 0; round < 3; round += 1) errors.push(...(await useIt(pod, round)));
  await giveBack();
  assert.ok(errors.length > 0, "nothing was short");
  for (const { kind, message } of errors) assert.ok(explicit.has(kind), `${kind}: ${message}`);
  assert.deepEqual([ferry.running, ferry.pid], [true, pid]);

  await eventually("RuntimeReady is true", async () => {
    return (await pods.runtimeReady()).status ? true : undefined;
  });
  assert.equal(await pods.exec(box, "echo", "alive"), "alive");
  for (let round = 0; round < 3; round += 1) {
    const { id } = await pods.run(`scarce-${round}`);
    await pods.startContainer(pod, `scarce-${round}`, {
      mounts: [{ containerPath: "/m", hostPath: "/tmp" }],
    });
    await pods.remove(id);
  }
  await pods.remove(pod.id);
  await node.assertNoLeaks();
}

test("without file descriptors calls fail in clear words, lists go on, and all recovers by itself", async () => {
  await starve("no-files", async () => {
    const { pid } = node.ferry;
    const limit = async (files: string) =>
      await command("prlimit", ["--pid", String(pid), `--nofile=${files}:`]);
    const [, soft = ""] =
      /^Max open files\s+(\d+)/m.exec(await readFile(`/proc/${pid}/limits`, "utf8")) ?? [];
    await limit(String(figuresOf(pid).descriptors + 1));
    return async () => void (await limit(soft));
  });
});

test("without processes calls fail in clear words, lists go on, and all recovers by itself", async () => {
  await starve("no-processes", async () => {
    const { pid } = node.ferry;
    const folder = `/sys/fs/cgroup/pids${cgroupParent}-daemon`;
    await mkdir(folder);
    await writeFile(`${folder}/cgroup.procs`, String(pid));
    const tasks = (await readFile(`${folder}/pids.current`, "utf8")).trim();
    await writeFile(`${folder}/pids.max`, tasks);
    return async () => {
      await writeFile(`${folder}/pids.max`, "max");
      await writeFile("/sys/fs/cgroup/pids/cgroup.procs", String(pid));
      await eventually("the cgroup is empty", () => rmdir(folder).then(() => true));
    };
  });
});

test("without inotify instances the daemon starts, pods run and their logs arrive", async () => {
  const { pods } = node;
  // Its own instance would be free for its successor.
  await node.ferry.kill();
  const watchers = exhaustInotify();
  try {
    await untilPolling(watchers);
    await node.restart();
    await pods.listed();
    await eventually("the daemon misses it", () =>
      node.ferry.logTail().includes("folder cannot be watched") ? true : undefined,
    );
    const pod = await pods.run("no-watch");
    const command = ["sh", "-c", "while :; do echo tick; sleep 0.2; done"];
    const box = await pods.startContainer(pod, "box", { command });
    const { logPath } = await pods.containerStatus(box);
    await eventually("three lines of log", async () => {
      const lines = (await readFile(logPath, "utf8")).split("\n").length - 1;
      return lines >= 3 ? true : undefined;
    });
    await pods.remove(pod.id);
  } finally {
    for (const watcher of watchers) watcher.kill("SIGKILL");
  }
  await eventually("all watchers have ended", () =>
    watchers.every(({ exitCode, signalCode }) => exitCode !== null || signalCode !== null)
      ? true
      : undefined,
  );
  await node.assertNoLeaks();
});

/** Each of these has an instance, as long as there are any. */
function exhaustInotify(): readonly Watcher[] {
  const limit = Number(readFileSync("/proc/sys/fs/inotify/max_user_instances", "utf8"));
  const file = join(node.folder, "watched");
  writeFileSync(file, "");
  return Array.from({ length: limit + 1 }, () =>
    spawn("tail", ["-n", "0", "-f", file], { stdio: ["ignore", "ignore", "pipe"] }),
  );
}

/** Waits until one says that it got none (GNU tail then polls). */
async function untilPolling(watchers: readonly Watcher[]): Promise<void> {
  await Promise.any(
    watchers.map(async ({ stderr }) => {
      for await (const text of stderr) if (String(text).includes("inotify")) return;
      throw new Error("it has ended");
    }),
  );
}
