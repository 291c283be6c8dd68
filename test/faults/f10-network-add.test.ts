import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { eventually } from "../harness/eventually.ts";
import { leases, MoodyNetwork } from "./moody-network.ts";
import { NodeUnderTest } from "./node-under-test.ts";
import { amount, faultsFolder } from "./place.ts";

const bridge = "cf-moody";
const portMappings = [{ protocol: "TCP", containerPort: 80, hostPort: 18_081 }] as const;

test("whatever becomes of ADD, DEL and the daemon, no address stays given away", async () => {
  const moody = new MoodyNetwork(join(faultsFolder(), "moody"));
  await moody.install();
  await using node = await NodeUnderTest.start({
    ferry: { args: ["--cni-bin-dir", moody.binDir, "--cni-bin-dir", "/usr/lib/cni"] },
  });
  const { pods, network, ferry, dockerd } = node;
  await moody.join(network, bridge);
  await node.settle();
  const cache = join(node.folder, "ferry", "cni-cache", "results");
  const given = () => leases(network, bridge);
  const changes = { portMappings: [...portMappings] };
  assert.deepEqual(await given(), []);

  const rounds: Readonly<Record<string, (name: string) => Promise<void>>> = {
    good: async (name) => {
      const pod = await pods.run(name, changes);
      assert.equal((await given()).length, 1);
      await pods.remove(pod.id);
    },
    "ADD fails": async (name) => {
      await moody.be("refuse");
      await assert.rejects(pods.run(name, changes), /not in the mood/);
      assert.deepEqual(await given(), [], "a failed ADD is undone before the answer");
      assert.deepEqual(await pods.list(name), []);
    },
    "ADD hangs": async (name) => {
      await moody.be("wait");
      await assert.rejects(pods.run(name, changes, 500), { kind: "DeadlineExceeded" });
      await moody.be("good");
      await moody.release();
      const pod = await pods.run(name, changes);
      assert.equal((await pods.list(name)).length, 1);
      await pods.remove(pod.id);
    },
    "ADD hangs, the daemon dies": async (name) => {
      await moody.be("wait");
      await assert.rejects(pods.run(name, changes, 500), { kind: "DeadlineExceeded" });
      await moody.be("good");
      // While docker hangs nothing else of the pod goes.
      await dockerd.signal("SIGSTOP");
      await node.crash();
      await eventually("the DEL is done", async () =>
        (await readdir(cache)).length === 0 ? true : undefined,
      );
      // A plugin that outlived the daemon would take its address now, when the DEL is over.
      await moody.release();
      await dockerd.signal("SIGCONT");
      await pods.listed();
      const pod = await pods.run(name, changes);
      await pods.remove(pod.id);
    },
    "ADD succeeds, the daemon dies": async (name) => {
      await node.restart("network.attach.added=kill");
      await pods.listed();
      await assert.rejects(pods.run(name, changes));
      assert.equal((await given()).length, 1, "the ADD was done");
      await node.restart();
      await pods.listed();
      const pod = await pods.run(name, changes);
      assert.deepEqual(
        (await pods.list(name)).map(({ id }) => id),
        [pod.id],
      );
      await pods.remove(pod.id);
    },
    "DEL fails": async (name) => {
      const pod = await pods.run(name, changes);
      await moody.be("keep");
      await pods.remove(pod.id);
      assert.equal((await given()).length, 1, "the port still leads to the address");
    },
    "DEL fails, the daemon dies": async (name) => {
      const pod = await pods.run(name, changes);
      await moody.be("keep");
      await pods.remove(pod.id);
      await ferry.kill();
      await moody.be("good");
      await ferry.restart();
      await pods.listed();
    },
  };
  const kinds = ["good", "ADD fails", "good", ...Object.keys(rounds)];
  for (let round = 0; round < amount(50, 1_000); round += 1) {
    const kind = kinds[round % kinds.length] ?? "good";
    await rounds[kind]?.(`round-${round}`);
    await moody.be("good");
    await eventually(`the addresses are back after round ${round}, ${kind}`, async () =>
      (await given()).length === 0 ? true : undefined,
    );
  }
  await node.assertNoLeaks();
});
