import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { mkdir, rm, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { CriFerry } from "../harness/cri-ferry.ts";
import { NodeUnderTest } from "./node-under-test.ts";
import { faultsFolder } from "./place.ts";

/** Deterministic, so that a failure can be had again. */
const garbage = Buffer.from(Array.from({ length: 4_096 }, (_, at) => (at * 167 + 13) & 0xff));

const damages: Readonly<Record<string, (file: string) => Promise<void>>> = {
  empty: (file) => truncate(file, 0),
  "cut in half": async (file) => await truncate(file, Math.floor(readFileSync(file).length / 2)),
  garbage: (file) => writeFile(file, garbage),
  "of another value": async (file) =>
    await writeFile(file, readFileSync(file, "utf8").replace("faults", "FAULTS")),
  "a folder": async (file) => {
    await rm(file);
    await mkdir(file);
  },
};

test("damaged state files are put aside; their pods and all others can still be seen, used and removed", async () => {
  await using node = await NodeUnderTest.start();
  const { pods, folder } = node;
  const root = join(folder, "ferry", "root");
  const made = [];
  for (const damage of [...Object.keys(damages), "none"]) {
    const pod = await pods.run(damage.replaceAll(" ", "-"));
    made.push({ damage, pod, box: await pods.startContainer(pod, "box") });
  }
  await node.ferry.kill();
  for (const { damage, pod, box } of made) {
    await damages[damage]?.(join(root, "sandboxes", `${pod.id}.json`));
    await damages[damage]?.(join(root, "containers", `${box}.json`));
  }
  // Whatever else lies there.
  for (const place of ["engines", "logs"]) {
    for (const file of readdirSync(join(root, place)))
      await writeFile(join(root, place, file), garbage);
  }
  await writeFile(join(root, "sandboxes", "stray.json"), "{}");
  await writeFile(join(root, "sandboxes", ".stray.tmp"), garbage);
  await writeFile(join(folder, "ferry", "run", "creating", "stray"), garbage);
  await mkdir(join(folder, "ferry", "run", "creating", "folder"));

  await node.restart();
  const listed = await pods.listed();
  assert.deepEqual(
    listed.map(({ id, state }) => `${state} ${id}`).toSorted(),
    made.map(({ pod }) => `SANDBOX_READY ${pod.id}`).toSorted(),
  );
  for (const { damage, pod, box } of made) {
    const { network, metadata } = await pods.status(pod.id);
    assert.match(network?.ip ?? "", /^10\.83\./, damage);
    assert.deepEqual(metadata, pod.config.metadata, damage);
    const status = await pods.containerStatus(box);
    assert.equal(status.state, "CONTAINER_RUNNING", damage);
    assert.deepEqual(status.metadata, { name: "box", attempt: 0 }, damage);
    assert.equal(await pods.exec(box, "echo", "alive"), "alive", damage);
  }
  const quarantine = join(root, "quarantine");
  const aside = readdirSync(quarantine);
  for (const { pod } of made.filter(({ damage }) => damage !== "none")) {
    assert.ok(aside.includes(`sandbox-${pod.id}.json`), aside.join(" "));
  }
  for (const { pod } of made) await pods.remove(pod.id);
  await rm(quarantine, { recursive: true });
  await node.assertNoLeaks();
});

test("a state folder that is none is told in one line and ends the start", async () => {
  const folder = join(faultsFolder(), "unusable");
  await mkdir(join(folder, "root"), { recursive: true });
  await writeFile(join(folder, "root", "sandboxes"), "no folder");
  const dockerEndpoint = `unix://${folder}/docker.sock`;
  const options = { folder, dockerEndpoint, cniConfDir: folder, sandboxImage: "pause:1" };
  const start = CriFerry.start(options);
  // Its last words, which only one that has ended by itself has.
  await assert.rejects(start, /cri-ferry: .*root\/sandboxes/);
});
