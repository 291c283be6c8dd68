import assert from "node:assert/strict";
import { test } from "node:test";
import { startFakeNode } from "../../test/contract/fake-context.ts";
import { containerConfig, podSandboxConfig } from "../../test/contract/requests.ts";
import { CriError } from "../model/error.ts";
import type { ContainerStats } from "../model/stats.ts";
import { listContainerStats } from "./stats.ts";

const stats: ContainerStats = {
  cpu: undefined,
  memory: undefined,
  swap: undefined,
  io: undefined,
  writableLayer: undefined,
};

void test("a container that cannot be measured does not hide the others", async () => {
  await using node = await startFakeNode();
  node.backend.addImage("busybox");
  const live = new AbortController();
  const pod = await node.runtime.runPodSandbox(podSandboxConfig("pod"), "", live.signal);
  const [broken, whole] = await Promise.all(
    ["broken", "whole"].map(async (name) => {
      const config = containerConfig(name, "busybox");
      const id = await node.runtime.createContainer(pod, config, live.signal);
      await node.runtime.startContainer(id, live.signal);
      return id;
    }),
  );
  const source = {
    ...node.context.stats,
    sample: async (id: string) => {
      if (id === broken) throw new CriError("Internal", "memory.stat: Input/output error");
      return stats;
    },
  };
  const context = { ...node.context, stats: source };
  const filter = { id: undefined, podSandboxId: undefined, labelSelector: {} };
  const views = await listContainerStats(context, filter, live.signal);
  assert.deepEqual(
    views.map(({ record }) => record.container.id),
    [whole],
  );
  live.abort();
  await assert.rejects(listContainerStats(context, filter, live.signal));
});
