import assert from "node:assert/strict";
import { copyFile, mkdir, rename } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { eventually } from "../harness/eventually.ts";
import { leases } from "./moody-network.ts";
import { NodeUnderTest } from "./node-under-test.ts";
import { faultsFolder } from "./place.ts";

const bridge = "cf-faults";
const portMappings = [{ protocol: "TCP" as const, containerPort: 80, hostPort: 18_082 }];

/** A folder with the plugins, from which they can be taken away. */
async function ownPlugins(): Promise<string> {
  const folder = join(faultsFolder(), "plugins");
  await mkdir(folder);
  for (const name of ["bridge", "host-local", "portmap", "loopback"]) {
    await copyFile(join("/usr/lib/cni", name), join(folder, name));
  }
  return folder;
}

test("pods stop and go without the configuration or the plugins of their network", async (t) => {
  const binDir = await ownPlugins();
  await using node = await NodeUnderTest.start({ ferry: { args: ["--cni-bin-dir", binDir] } });
  const { pods, network, client } = node;
  const given = () => leases(network, bridge);
  const ready = async () => {
    const { status } = await client.runtime("Status", {}, { timeoutMillis: 10_000 });
    return status?.conditions.find(({ type }) => type === "NetworkReady")?.status;
  };
  const readyIs = (wanted: boolean) =>
    eventually(`NetworkReady is ${wanted}`, async () =>
      (await ready()) === wanted ? true : undefined,
    );
  const takeAway = async (path: string) => {
    await rename(path, `${path}.away`);
    return () => rename(`${path}.away`, path);
  };
  const start = async (name: string) => {
    const pod = await pods.run(name, { portMappings });
    await pods.startContainer(pod, "box");
    assert.equal((await given()).length, 1);
    return pod;
  };
  const freed = () =>
    eventually("the address is freed", async () =>
      (await given()).length === 0 ? true : undefined,
    );

  for (const restarted of [false, true]) {
    const how = restarted ? "and a new daemon" : "and the same daemon";
    await t.test(`no configuration ${how}: what was cached serves`, async () => {
      const pod = await start(`conf-${restarted}`);
      const putBack = await takeAway(network.confDir);
      await readyIs(false);
      if (restarted) await node.crash();
      await pods.listed();
      await assert.rejects(pods.run("refused"), { kind: "Unavailable" });
      await pods.remove(pod.id);
      assert.deepEqual(await given(), []);
      await putBack();
      await readyIs(true);
      await node.assertNoLeaks();
    });

    await t.test(`no plugins ${how}: the pod goes, its address when they are back`, async () => {
      const pod = await start(`bin-${restarted}`);
      const putBack = await takeAway(binDir);
      if (restarted) await node.crash();
      await pods.listed();
      await assert.rejects(pods.run("refused"), { kind: "Unavailable", message: /bridge/ });
      await pods.remove(pod.id);
      assert.deepEqual(await pods.list(`bin-${restarted}`), []);
      assert.equal((await given()).length, 1);
      await putBack();
      await freed();
      await node.assertNoLeaks();
    });
  }

  await t.test("one plugin of the chain is missing", async () => {
    const pod = await start("portmap");
    const putBack = await takeAway(join(binDir, "portmap"));
    await pods.remove(pod.id);
    await pods.remove(pod.id);
    await putBack();
    await freed();
    await node.assertNoLeaks();
  });
});
