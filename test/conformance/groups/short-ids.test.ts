import assert from "node:assert/strict";
import { test } from "node:test";
import {
  containerStatus,
  createContainer,
  exec,
  sharedPod,
  startContainer,
  startPod,
} from "../pod.ts";
import { refused } from "../refusal.ts";
import { needs, runtime } from "../subject.ts";

const pod = sharedPod();
const short = (id: string) => id.slice(0, 13);

test("a sandbox is found by the beginning of its id", needs("short-ids"), async (t) => {
  const { id } = await startPod(t);
  const { status } = await runtime("PodSandboxStatus", { podSandboxId: short(id) });
  assert.equal(status?.id, id);
  const { items } = await runtime("ListPodSandbox", { filter: { id: short(id) } });
  assert.deepEqual(
    items.map((item) => item.id),
    [id],
  );
  await runtime("StopPodSandbox", { podSandboxId: short(id) });
  await runtime("RemovePodSandbox", { podSandboxId: short(id) });
  assert.deepEqual((await runtime("ListPodSandbox", { filter: { id } })).items, []);
});

test("a container is found by the beginning of its id", needs("short-ids"), async () => {
  const id = await startContainer(pod());
  assert.equal((await containerStatus(short(id))).id, id);
  assert.equal((await exec(short(id), ["echo", "x"])).stdout, "x\n");
  const { containers } = await runtime("ListContainers", { filter: { id: short(id) } });
  assert.deepEqual(
    containers.map((container) => container.id),
    [id],
  );
  await runtime("StopContainer", { containerId: short(id), timeout: 0 });
  await runtime("RemoveContainer", { containerId: short(id) });
  assert.deepEqual((await runtime("ListContainers", { filter: { id } })).containers, []);
});

test("a beginning that fits two ids is refused", needs("short-ids"), async () => {
  const first = new Map<string, string>();
  for (;;) {
    const id = await createContainer(pod());
    const letter = id.slice(0, 1);
    if (first.has(letter)) {
      await refused(
        runtime("ContainerStatus", { containerId: letter }),
        "InvalidArgument",
        "NotFound",
      );
      return;
    }
    first.set(letter, id);
  }
});
