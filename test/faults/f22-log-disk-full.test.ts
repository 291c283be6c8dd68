import assert from "node:assert/strict";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { command } from "../harness/command.ts";
import { eventually } from "../harness/eventually.ts";
import { metric, metricsAddress } from "./daemon-figures.ts";
import { NodeUnderTest } from "./node-under-test.ts";
import { amount } from "./place.ts";

/** Much more than the disk for logs has room for, which has more than docker keeps of a container; then it goes on slowly. */
const writer = `
until [ -e /in/go ]; do sleep 0.05; done
awk 'BEGIN { for (i = 1; i <= 300000; i++) print i, "the quick brown fox jumps over the lazy dog" }'
touch /in/written
while :; do echo tick; sleep 0.1; done
`;

test("a full disk for logs stops no container, and logging goes on when there is room", async (t) => {
  await using node = await NodeUnderTest.start({
    ferry: { args: ["--docker-log-buffer", "4MiB", "--metrics-address", metricsAddress] },
  });
  const { pods, client } = node;
  const shared = join(node.folder, "in");
  mkdirSync(shared);
  const disk = join(node.folder, "logs", "full");
  mkdirSync(disk, { recursive: true });
  await command("mount", ["-t", "tmpfs", "-o", "size=6m", "tmpfs", disk]);

  const pod = await pods.run("full");
  const id = await pods.startContainer(pod, "writer", {
    command: ["sh", "-c", writer],
    mounts: [{ containerPath: "/in", hostPath: shared }],
  });
  const { logPath } = await pods.containerStatus(id);
  const lines = () => readFileSync(logPath, "latin1").split("\n").slice(0, -1);
  const writeErrors = () => metric("cri_ferry_log_write_errors_total");

  async function alive(): Promise<void> {
    const { state } = await pods.containerStatus(id);
    assert.equal(state, "CONTAINER_RUNNING");
    assert.equal(await pods.exec(id, "echo", "alive"), "alive");
  }

  await t.test("the container writes on, and errors are counted", async () => {
    writeFileSync(join(shared, "go"), "");
    await eventually("all is written", () =>
      existsSync(join(shared, "written")) ? true : undefined,
    );
    await eventually("the write fails", async () => ((await writeErrors()) > 0 ? true : undefined));
    await alive();
  });

  await t.test("logs on another disk are not affected", async () => {
    const other = await pods.run("other");
    const ticking = await pods.startContainer(other, "ticking", {
      command: ["sh", "-c", "while :; do echo tick; sleep 0.1; done"],
    });
    const path = (await pods.containerStatus(ticking)).logPath;
    await eventually("ten lines", () =>
      readFileSync(path, "latin1").split("\n").length > 10 ? true : undefined,
    );
    await pods.remove(other.id);
  });

  await t.test("containers of the same pod start and stop, and the daemon too", async () => {
    const second = await pods.startContainer(pod, "second");
    await pods.stopContainer(second);
    await sleep(amount(0, 60_000));
    await node.crash();
    await pods.listed();
    await eventually("the new daemon's write fails", async () =>
      (await writeErrors()) > 0 ? true : undefined,
    );
    await alive();
  });

  await t.test("with room by a rotation new lines come, and what is lost is counted", async () => {
    renameSync(logPath, `${logPath}.1`);
    rmSync(`${logPath}.1`);
    await client.runtime("ReopenContainerLog", { containerId: id }, { timeoutMillis: 30_000 });
    await eventually("the latest line is there", () =>
      lines().at(-1)?.endsWith(" stdout F tick") === true ? true : undefined,
    );
    const count = lines().length;
    await eventually("and more of them", () => (lines().length > count + 5 ? true : undefined));
    const torn = lines().filter((line) => !/ stdout F (?:tick|\d+ the quick .* dog)$/.test(line));
    assert.deepEqual(torn, []);
    assert.ok((await metric("cri_ferry_log_gaps_total")) > 0, "gaps are counted");
    assert.deepEqual(readdirSync(dirname(logPath)), ["0.log"]);
  });

  await pods.remove(pod.id);
  // All files of the daemon's that lie there are closed.
  await command("umount", [disk]);
  await node.assertNoLeaks();
});
