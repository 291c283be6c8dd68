import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { CniNode, noAbort, sandboxIdOf, until } from "../../test/fakes/cni-node.ts";
import { encodeRecord } from "./attachment-record.ts";

test("what an earlier life attached for sandboxes that are no more is taken down", async () => {
  await using node = await CniNode.create();
  const first = await node.start();
  const [alive, dead] = [node.pod(1), node.pod(2)];
  await first.attach(alive, noAbort);
  await first.attach(dead, noAbort);
  await node.stop();
  await node.forget();
  const second = await node.start();
  const fresh = node.pod(3);
  await second.attach(fresh, noAbort);
  await second.collect([alive.sandboxId], noAbort);
  const deleted = (await node.calls()).filter(({ command }) => command === "DEL");
  assert.deepEqual(
    deleted.map(({ sandboxId }) => sandboxId),
    [dead.sandboxId],
  );
  assert.deepEqual(await node.cached(), [
    `net-${alive.sandboxId}-eth0`,
    `net-${fresh.sandboxId}-eth0`,
  ]);
});

test("what another program attached is left to it", async () => {
  await using node = await CniNode.create();
  const record = foreignRecord(9, "net");
  await mkdir(join(node.cacheDir, "results"));
  await writeFile(
    join(node.cacheDir, "results", `net-${record.sandboxId}-eth0`),
    encodeRecord(record),
  );
  const network = await node.start();
  assert.deepEqual(network.pending(), []);
  await network.collect([], noAbort);
  assert.deepEqual(await node.story(), []);
});

test("GC tells plugins of 1.1.0 all attachments of the network, those of other runtimes too", async () => {
  await using node = await CniNode.create([{ type: "bridge" }, { type: "old" }], "1.1.0");
  await node.on("old", "VERSION", `echo '{"supportedVersions":["1.0.0"]}'; exit 0`);
  const other = join(node.base, "other");
  await mkdir(join(other, "results"), { recursive: true });
  for (const record of [foreignRecord(8, "net"), foreignRecord(9, "elsewhere")]) {
    await writeFile(join(other, "results", record.sandboxId), encodeRecord(record));
  }
  const network = await node.start({ foreignCacheDirs: [other] });
  await node.on("old", "VERSION", undefined);
  const pod = node.pod(1);
  await node.on("old", "ADD", `cat "$base/results/$CNI_CONTAINERID"; exit 0`);
  await network.attach(pod, noAbort);
  await node.forget();
  await network.collect([pod.sandboxId], noAbort);
  const [call, ...more] = await node.calls();
  assert.deepEqual(more, []);
  assert.equal(call?.command, "GC");
  assert.equal(call.type, "bridge");
  const valid = [
    { containerID: pod.sandboxId, ifname: "eth0" },
    { containerID: sandboxIdOf(8), ifname: "eth0" },
  ];
  assert.deepEqual(call.stdin["cni.dev/valid-attachments"], valid);
  assert.deepEqual(call.stdin["cni.dev/attachments"], valid);
});

for (const [what, content] of [
  ["an older version", { cniVersion: "1.0.0" }],
  ["disableGC", { cniVersion: "1.1.0", disableGC: true }],
] as const) {
  test(`a network with ${what} is not collected`, async () => {
    await using node = await CniNode.create();
    const plugins = [{ type: "bridge" }];
    await node.configure("10-net.conflist", { ...content, name: "net", plugins });
    const network = await node.start();
    await node.forget();
    await network.collect([], noAbort);
    assert.deepEqual(await node.story(), []);
  });
}

test("GC and an ADD never run at once", async () => {
  await using node = await CniNode.create([{ type: "bridge" }], "1.1.0");
  await node.on(
    "bridge",
    "GC",
    `touch "$base/began"; while [ ! -f "$base/go" ]; do sleep 0.01; done; exit 0`,
  );
  const network = await node.start();
  await node.forget();
  const collecting = network.collect([], noAbort);
  await until("GC runs", async () => (await node.story()).includes("GC bridge"));
  const attaching = network.attach(node.pod(1), noAbort);
  await until("the ADD's record is written", async () => (await node.cached()).length === 1);
  assert.deepEqual(await node.story(), ["GC bridge"]);
  await writeFile(join(node.base, "go"), "");
  await Promise.all([collecting, attaching]);
  assert.deepEqual(await node.story(), ["GC bridge", "ADD bridge"]);
});

function foreignRecord(number: number, network: string) {
  return {
    sandboxId: sandboxIdOf(number),
    network,
    ifName: "eth0",
    netnsPath: "",
    cniArgs: [],
    capabilityArgs: {},
    configText: "{}",
    result: undefined,
    addresses: [],
    own: undefined,
  };
}
