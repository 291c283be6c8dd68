import assert from "node:assert/strict";
import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { CniNode, noAbort, sandboxIdOf, until } from "../../test/fakes/cni-node.ts";

const refuse = `echo '{"code":11,"msg":"not now"}'; exit 1`;

test("detaching again, or what was never attached here, runs each DEL once", async () => {
  await using node = await CniNode.create();
  const network = await node.start();
  const pod = node.pod(1);
  await network.attach(pod, noAbort);
  await node.forget();
  await network.detach(pod.sandboxId, pod.netnsPath, noAbort);
  await network.detach(pod.sandboxId, pod.netnsPath, noAbort);
  assert.deepEqual(await node.story(), ["DEL bridge"]);
  await network.detach(sandboxIdOf(2), undefined, noAbort);
  await network.detach(sandboxIdOf(2), undefined, noAbort);
  assert.deepEqual(await node.story(), ["DEL bridge", "DEL bridge"]);
  assert.deepEqual(network.pending(), []);
});

test("a pod is disconnected by the configuration it was connected with, though that was changed or removed since", async () => {
  await using node = await CniNode.create([{ type: "bridge", note: "then" }]);
  const network = await node.start();
  const [first, second] = [node.pod(1), node.pod(2)];
  await network.attach(first, noAbort);
  await network.attach(second, noAbort);
  await node.forget();
  const now = { cniVersion: "0.4.0", name: "other", plugins: [{ type: "bridge", note: "now" }] };
  await node.configure("10-net.conflist", now);
  await network.detach(first.sandboxId, first.netnsPath, noAbort);
  await rm(node.confDir, { recursive: true });
  await node.stop();
  const reborn = await node.start();
  assert.equal(reborn.condition().reason, "NoNetworkConfig");
  await reborn.detach(second.sandboxId, second.netnsPath, noAbort);
  const seen = (await node.calls()).map(({ stdin }) => [stdin["name"], stdin["note"]]);
  assert.deepEqual(seen, [
    ["net", "then"],
    ["net", "then"],
  ]);
  assert.deepEqual(await node.leases(), []);
});

test("a sandbox lives while its namespace is the one that it was connected with, in a later life of this program too", async () => {
  await using node = await CniNode.create();
  const network = await node.start();
  const pod = node.pod(1);
  assert.equal(await network.lives(pod.sandboxId), false);
  await network.attach(pod, noAbort);
  assert.equal(await network.lives(pod.sandboxId), true);
  await node.stop();
  const reborn = await node.start();
  assert.equal(await reborn.lives(pod.sandboxId), true);
  node.namespaces.set("/run/netns/pod1", "of another process");
  assert.equal(await reborn.lives(pod.sandboxId), false);
  node.namespaces.delete("/run/netns/pod1");
  assert.equal(await reborn.lives(pod.sandboxId), false);
});

test("a namespace that is gone is not handed to the plugins, nor is another one at the same path", async () => {
  await using node = await CniNode.create();
  const network = await node.start();
  const [gone, replaced] = [node.pod(1), node.pod(2)];
  await network.attach(gone, noAbort);
  await network.attach(replaced, noAbort);
  await node.forget();
  node.namespaces.delete("/run/netns/pod1");
  node.namespaces.set("/run/netns/pod2", "somebody else's");
  await network.detach(gone.sandboxId, gone.netnsPath, noAbort);
  await network.detach(replaced.sandboxId, undefined, noAbort);
  assert.deepEqual(
    (await node.calls()).map(({ netns }) => netns),
    ["", ""],
  );
  assert.deepEqual(await node.leases(), []);
});

test("the recorded namespace serves when the engine no longer knows it", async () => {
  await using node = await CniNode.create();
  const network = await node.start();
  const pod = node.pod(1);
  await network.attach(pod, noAbort);
  await node.forget();
  await network.detach(pod.sandboxId, undefined, noAbort);
  assert.deepEqual(
    (await node.calls()).map(({ netns }) => netns),
    ["/run/netns/pod1"],
  );
});

test("a DEL that fails lets the pod go, and is retried with growing pauses until it succeeds", async () => {
  await using node = await CniNode.create();
  const network = await node.start();
  const pod = node.pod(1);
  await network.attach(pod, noAbort);
  await node.on("bridge", "DEL", refuse);
  await node.forget();
  await network.detach(pod.sandboxId, pod.netnsPath, noAbort);
  assert.deepEqual(network.pending(), [pod.sandboxId]);
  for (const [index, pause] of [1000, 2000, 4000, 8000, 16_000, 32_000, 60_000].entries()) {
    await until(`a pause of ${pause} ms`, () => node.clock.sleeping.includes(pause));
    node.clock.advance(pause);
    await until("the retry", async () => (await node.story()).length === index + 2);
  }
  await node.on("bridge", "DEL", undefined);
  await until("the last pause", () => node.clock.sleeping.includes(60_000));
  node.clock.advance(60_000);
  await until("nothing is owed", () => network.pending().length === 0);
  assert.deepEqual(await node.leases(), []);
  assert.deepEqual(await node.cached(), []);
});

test("an owed DEL survives restarts", async () => {
  await using node = await CniNode.create();
  const first = await node.start();
  const pod = node.pod(1);
  await first.attach(pod, noAbort);
  await node.on("bridge", "DEL", refuse);
  await first.detach(pod.sandboxId, pod.netnsPath, noAbort);
  await node.stop();
  const second = await node.start();
  assert.deepEqual(second.pending(), [pod.sandboxId]);
  await node.stop();
  await node.on("bridge", "DEL", undefined);
  const third = await node.start();
  await until("nothing is owed", () => third.pending().length === 0);
  assert.deepEqual(await node.leases(), []);
  assert.deepEqual(await node.cached(), []);
});

test("an ADD whose program died in it is followed by a DEL after the restart", async () => {
  await using node = await CniNode.create([{ type: "bridge" }, { type: "portmap" }]);
  // A copy of what the disk holds while the ADD runs is what a killed program leaves.
  await node.on("portmap", "ADD", `cp -r "$base/cache" "$base/crashed"`);
  const network = await node.start();
  const pod = node.pod(1);
  await network.attach(pod, noAbort);
  await node.stop();
  await node.forget();
  await rm(node.cacheDir, { recursive: true });
  const reborn = await node.start({ cacheDir: join(node.base, "crashed") });
  await until("nothing is owed", () => reborn.pending().length === 0);
  assert.deepEqual(await node.story(), ["DEL portmap", "DEL bridge"]);
  assert.deepEqual(await node.leases(), []);
  assert.deepEqual(await readdir(join(node.base, "crashed/results")), []);
});

test("a program that dies between a failed ADD and its DEL owes that DEL", async () => {
  await using node = await CniNode.create();
  await node.on("bridge", "ADD", `echo "$CNI_CONTAINERID" > "$base/leases/10.1.0.9"; exit 1`);
  await node.on("bridge", "DEL", refuse);
  const network = await node.start();
  const pod = node.pod(1);
  await assert.rejects(network.attach(pod, noAbort), { kind: "Internal" });
  assert.deepEqual(network.pending(), [pod.sandboxId]);
  await node.stop();
  await node.on("bridge", "DEL", undefined);
  const reborn = await node.start();
  await until("nothing is owed", () => reborn.pending().length === 0);
  assert.deepEqual(await node.leases(), []);
});

test("a plugin whose binary is gone holds up no pod; its DEL comes when the binary is back", async () => {
  await using node = await CniNode.create();
  const network = await node.start();
  const pod = node.pod(1);
  await network.attach(pod, noAbort);
  await rm(join(node.binDir, "bridge"));
  await network.detach(pod.sandboxId, pod.netnsPath, noAbort);
  assert.deepEqual(network.pending(), [pod.sandboxId]);
  await node.install("bridge");
  await until("the pause", () => node.clock.sleeping.includes(1000));
  node.clock.advance(1000);
  await until("nothing is owed", () => network.pending().length === 0);
  assert.deepEqual(await node.leases(), []);
});

test("a plugin that does not know the sandbox owes nothing", async () => {
  await using node = await CniNode.create();
  const network = await node.start();
  const pod = node.pod(1);
  await network.attach(pod, noAbort);
  await node.on("bridge", "DEL", `echo '{"code":3,"msg":"unknown"}'; exit 1`);
  await network.detach(pod.sandboxId, pod.netnsPath, noAbort);
  assert.deepEqual(network.pending(), []);
});

test("the address is not freed while the plugin before it in the DEL still fails", async () => {
  await using node = await CniNode.create([{ type: "bridge" }, { type: "portmap" }]);
  const network = await node.start();
  const pod = node.pod(1);
  await network.attach(pod, noAbort);
  await node.on("portmap", "DEL", refuse);
  await network.detach(pod.sandboxId, pod.netnsPath, noAbort);
  assert.equal((await node.leases()).length, 1);
});

test("a detach that is aborted says so, and its DEL is owed", async () => {
  await using node = await CniNode.create();
  const network = await node.start();
  const pod = node.pod(1);
  await network.attach(pod, noAbort);
  await node.on("bridge", "DEL", "exec sleep 3600");
  await node.forget();
  const caller = new AbortController();
  const detaching = assert.rejects(network.detach(pod.sandboxId, pod.netnsPath, caller.signal), {
    kind: "Cancelled",
  });
  await until("the plugin runs", async () => (await node.story()).length === 1);
  caller.abort();
  await detaching;
  assert.deepEqual(network.pending(), [pod.sandboxId]);
});

test("a damaged cache file is put aside, and the DEL is done by what is known elsewhere", async () => {
  const capabilities = { portMappings: true };
  await using node = await CniNode.create([{ type: "bridge" }, { type: "portmap", capabilities }]);
  const network = await node.start();
  const port = { protocol: "TCP", containerPort: 80, hostPort: 8080, hostIp: "" } as const;
  const pod = node.pod(1, { portMappings: [port] });
  await network.attach(pod, noAbort);
  await node.stop();
  await node.forget();
  const name = `net-${pod.sandboxId}-eth0`;
  await writeFile(join(node.cacheDir, "results", name), "{");
  const reborn = await node.start({ recall: (id) => (id === pod.sandboxId ? pod : undefined) });
  assert.deepEqual(await readdir(join(node.cacheDir, "quarantine")), [name]);
  assert.deepEqual(reborn.pending(), []);
  await reborn.detach(pod.sandboxId, pod.netnsPath, noAbort);
  const [portmap, bridge] = await node.calls();
  assert.equal(portmap?.type, "portmap");
  assert.match(portmap.args, /K8S_POD_NAME=pod1/);
  assert.deepEqual(portmap.stdin["runtimeConfig"], {
    portMappings: [{ hostPort: 8080, containerPort: 80, protocol: "tcp", hostIP: "" }],
  });
  assert.equal(bridge?.command, "DEL");
  assert.deepEqual(await node.leases(), []);
});

test("a cache that was wiped behind our back costs nothing while we live", async () => {
  await using node = await CniNode.create();
  const network = await node.start();
  const pod = node.pod(1);
  await network.attach(pod, noAbort);
  await rm(node.cacheDir, { recursive: true });
  await network.detach(pod.sandboxId, pod.netnsPath, noAbort);
  assert.deepEqual(await node.leases(), []);
  assert.deepEqual(network.pending(), []);
});

test("what no configuration and no cache tells of is let go", async () => {
  await using node = await CniNode.create();
  await rm(node.confDir, { recursive: true });
  const network = await node.start();
  await network.detach(sandboxIdOf(7), "/run/netns/any", noAbort);
  assert.deepEqual(await node.story(), []);
  assert.deepEqual(network.pending(), []);
});

test("addresses are known after a restart", async () => {
  await using node = await CniNode.create();
  const network = await node.start();
  const pod = node.pod(1);
  const { ips } = await network.attach(pod, noAbort);
  await node.stop();
  const reborn = await node.start();
  assert.deepEqual(reborn.addresses(pod.sandboxId), ips);
  assert.deepEqual(reborn.pending(), []);
});

test("a cache folder that cannot be written fails the ADD before it begins and no DEL at all", async () => {
  await using node = await CniNode.create();
  const network = await node.start();
  const pod = node.pod(1);
  await network.attach(pod, noAbort);
  await rm(node.cacheDir, { recursive: true });
  await writeFile(node.cacheDir, "in the way");
  await node.forget();
  await assert.rejects(network.attach(node.pod(2), noAbort), { kind: "Internal" });
  await network.detach(pod.sandboxId, pod.netnsPath, noAbort);
  assert.ok(!(await node.story()).includes("ADD bridge"));
  assert.deepEqual(await node.leases(), []);
  await rm(node.cacheDir);
  await mkdir(node.cacheDir);
});
