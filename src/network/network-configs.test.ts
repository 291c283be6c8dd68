import assert from "node:assert/strict";
import { mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { CniNode, noAbort, until } from "../../test/fakes/cni-node.ts";

const list = (name: string, type = "bridge") => ({
  cniVersion: "1.0.0",
  name,
  plugins: [{ type, from: name }],
});

/** The configuration that a pod is connected by now. */
async function networkInUse(node: CniNode): Promise<unknown> {
  const network = await node.start();
  await node.forget();
  await network.attach(node.pod(1), noAbort);
  const [call] = await node.calls();
  await network.detach(node.pod(1).sandboxId, undefined, noAbort);
  return call?.stdin["from"];
}

test("of several files the first by name is used, whatever its ending", async () => {
  await using node = await CniNode.create();
  await node.configure("09-b.conf", { name: "b", type: "bridge", from: "b" });
  await node.configure("08-a.json", list("a"));
  await node.configure("00-none.txt", list("none"));
  await mkdir(join(node.confDir, "01-folder.conflist"));
  assert.equal(await networkInUse(node), "a");
  await rm(join(node.confDir, "08-a.json"));
  assert.equal(await networkInUse(node), "b");
});

test("a broken file is passed over, and said so once", async () => {
  await using node = await CniNode.create();
  await node.configure("00-broken.conflist", "{");
  const network = await node.start();
  assert.deepEqual(network.condition(), { ok: true, reason: "", message: "" });
  const lines = node.logged.filter(({ message }) => message.includes("passed over"));
  const complaint = `${node.confDir}/00-broken.conflist: is not valid JSON (line 1, column 2)`;
  assert.deepEqual(
    lines.map(({ level, fields }) => [level, fields["complaints"]]),
    [["warn", [complaint]]],
  );
});

test("an earlier folder goes before a later one", async () => {
  await using node = await CniNode.create();
  const other = join(node.base, "other");
  await mkdir(other);
  await rename(join(node.confDir, "10-net.conflist"), join(other, "00-net.conflist"));
  await node.configure("99-first.conflist", list("first"));
  const network = await node.start({ confDirs: [node.confDir, other, "/nowhere"] });
  await node.forget();
  await network.attach(node.pod(1), noAbort);
  assert.equal((await node.calls())[0]?.stdin["from"], "first");
});

test("the condition says what is missing, and an ADD is refused with the same words", async () => {
  await using node = await CniNode.create();
  const file = join(node.confDir, "10-net.conflist");
  const cases = [
    [
      () => node.configure("10-net.conflist", list("n", "absent")),
      "NetworkPluginMissing",
      `CNI plugin absent (${file}) is not in ${node.binDir}`,
    ],
    [
      () => node.configure("10-net.conflist", { ...list("n"), cniVersion: "0.2.0" }),
      "CniVersionUnsupported",
      `CNI plugin bridge does not speak version 0.2.0 of ${file}, only 0.3.1, 0.4.0, 1.0.0, 1.1.0`,
    ],
    [
      () => node.configure("10-net.conflist", { name: "x y", plugins: [] }),
      "BrokenNetworkConfig",
      `${file}: plugins must be a list with at least one plugin`,
    ],
    [() => rm(file), "NoNetworkConfig", `no CNI configuration in ${node.confDir}`],
    [
      () => rm(node.confDir, { recursive: true }),
      "NoNetworkConfig",
      `no CNI configuration in ${node.confDir}`,
    ],
  ] as const;
  for (const [spoil, reason, message] of cases) {
    await spoil();
    const network = await node.start();
    assert.deepEqual(network.condition(), { ok: false, reason, message });
    if (reason !== "CniVersionUnsupported") {
      const refusal = { kind: "Unavailable", message };
      await assert.rejects(network.attach(node.pod(1), noAbort), refusal);
    }
  }
});

test("a plugin of 1.1.0 is asked for its status, one that does not know the question counts as ready", async () => {
  await using node = await CniNode.create([{ type: "bridge" }], "1.1.0");
  await node.on("bridge", "STATUS", `echo '{"code":50,"msg":"no daemon"}'; exit 1`);
  const notReady = (await node.start()).condition();
  assert.equal(notReady.reason, "NetworkPluginNotReady");
  assert.match(notReady.message, /CNI plugin bridge \(.*\) failed STATUS: no daemon \(code 50\)$/);
  await node.on("bridge", "STATUS", `echo '{"code":4,"msg":"unknown CNI_COMMAND"}'; exit 1`);
  assert.equal((await node.start()).condition().ok, true);
  await node.on("bridge", "STATUS", undefined);
  assert.equal((await node.start()).condition().ok, true);
});

for (const version of ["0.4.0", "1.0.0"]) {
  test(`a plugin of a ${version} network is not asked for its status`, async () => {
    await using node = await CniNode.create([{ type: "bridge" }], version);
    await node.start();
    assert.deepEqual(await node.story(), []);
  });
}

test("a plugin that does not say its versions is used all the same", async () => {
  await using node = await CniNode.create();
  for (const answer of ["exit 1", "echo no JSON; exit 0", "echo '{}'; exit 0"]) {
    await node.on("bridge", "VERSION", answer);
    assert.equal((await node.start()).condition().ok, true, answer);
  }
});

test("a plugin is asked for its versions once, and again when its binary is another", async () => {
  await using node = await CniNode.create();
  await node.on("bridge", "VERSION", `echo x >> "$base/asked"; exit 1`);
  const network = await node.start();
  const asked = async () => (await node.read("asked")).length / 2;
  assert.equal(await asked(), 1);
  const look = async () => {
    await until("a pause", () => node.clock.sleeping.includes(30_000));
    node.clock.advance(30_000);
    await until("it settles", () => node.clock.sleeping.includes(50));
    node.clock.advance(50);
    await until("the next pause", () => node.clock.sleeping.includes(30_000));
  };
  await look();
  assert.equal(await asked(), 1);
  await rm(join(node.binDir, "bridge"));
  await node.install("bridge");
  await look();
  assert.equal(await asked(), 2);
  assert.equal(network.condition().ok, true);
});

test("a configuration that comes, changes and goes is seen at once", async () => {
  await using node = await CniNode.create();
  await rm(join(node.confDir, "10-net.conflist"));
  const network = await node.start();
  const seen = async (reason: string) => {
    await until("the change is noticed", () => node.clock.sleeping.includes(50));
    node.clock.advance(50);
    await until(`the condition is ${reason}`, () => network.condition().reason === reason);
  };
  assert.equal(network.condition().reason, "NoNetworkConfig");
  await node.configure("10-net.conflist", list("n"));
  await seen("");
  await node.configure("10-net.conflist", list("n", "absent"));
  await seen("NetworkPluginMissing");
  await rm(join(node.confDir, "10-net.conflist"));
  await seen("NoNetworkConfig");
});

test("a folder that comes later is found by the poll, as is a plugin's binary", async () => {
  await using node = await CniNode.create();
  const later = join(node.base, "later");
  const network = await node.start({ confDirs: [later] });
  const look = async (reason: string) => {
    await until("the poll", () => node.clock.sleeping.includes(5000));
    node.clock.advance(5000);
    await until("it settles", () => node.clock.sleeping.includes(50));
    node.clock.advance(50);
    await until(`the condition is ${reason}`, () => network.condition().reason === reason);
  };
  await rm(join(node.binDir, "bridge"));
  await rename(node.confDir, later);
  await look("NetworkPluginMissing");
  await node.install("bridge");
  await look("");
});
