import assert from "node:assert/strict";
import {
  closeSync,
  fstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { eventually } from "../harness/eventually.ts";
import { metric, metricsAddress } from "./daemon-figures.ts";
import { NodeUnderTest } from "./node-under-test.ts";
import { logFiles, writeNumbered, wrongLines } from "./numbered-lines.ts";
import { amount } from "./place.ts";

const timeoutMillis = 30_000;
const rounds = amount(7, 60);
const everyMillis = amount(1_000, 5_000);

/** Where in a rotation the daemon is killed, in turn; the rounds between leave it alone. */
const kills = ["", "before the rename", "", "before the reopen", "", "in the reopen"] as const;

test("over rotations and kills at the engine's full rate no line is lost, doubled or torn", async () => {
  await using node = await NodeUnderTest.start({
    // So much that docker keeps what comes while the daemon is away.
    ferry: { args: ["--docker-log-buffer", "512MiB", "--metrics-address", metricsAddress] },
  });
  const { pods, client, ferry } = node;
  const shared = join(node.folder, "in");
  mkdirSync(shared);
  const pod = await pods.run("loud");
  const id = await pods.startContainer(pod, "writer", {
    command: ["sh", "-c", writeNumbered],
    mounts: [{ containerPath: "/in", hostPath: shared }],
  });
  const { logPath } = await pods.containerStatus(id);
  const reopen = () => client.runtime("ReopenContainerLog", { containerId: id }, { timeoutMillis });

  async function rotate(round: number): Promise<void> {
    const kill = kills[round % kills.length];
    if (kill === "before the rename") await node.crash();
    if (kill === "before the rename") await pods.listed();
    renameSync(logPath, `${logPath}.${String(round).padStart(5, "0")}`);
    if (kill === "before the reopen") await ferry.kill();
    const reopened = reopen().then(
      () => true,
      () => false,
    );
    if (kill === "in the reopen") await ferry.kill();
    if (await reopened) return;
    await node.restart();
    await pods.listed();
    await reopen();
  }

  for (let round = 0; round < rounds; round += 1) {
    await sleep(everyMillis);
    await rotate(round);
  }
  writeFileSync(join(shared, "stop"), "");
  await eventually(
    "the writer ends",
    async () => ((await pods.containerStatus(id)).state === "CONTAINER_EXITED" ? true : undefined),
    120_000,
  );
  const lines = Number(readFileSync(join(shared, "count"), "utf8"));
  await eventually("the last line arrives", () =>
    lastBytes(logPath).includes(` F ${lines} `) ? true : undefined,
  );
  assert.deepEqual(wrongLines(logFiles(logPath), lines), []);
  console.log(`${lines} lines`);
  assert.equal(await metric("cri_ferry_log_damaged_lines_total"), 0);
  assert.equal(await metric("cri_ferry_log_gaps_total"), 0);
  await pods.remove(pod.id);
  await node.assertNoLeaks();
});

/** The end of a file, as long as the longest line. */
function lastBytes(file: string): string {
  const descriptor = openSync(file, "r");
  try {
    const { size } = fstatSync(descriptor);
    const buffer = Buffer.alloc(Math.min(size, 65_536));
    readSync(descriptor, buffer, 0, buffer.length, size - buffer.length);
    return buffer.toString("latin1");
  } finally {
    closeSync(descriptor);
  }
}
