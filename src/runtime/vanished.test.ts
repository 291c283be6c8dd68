import assert from "node:assert/strict";
import { test } from "node:test";
import type { FakeBackend } from "../../test/contract/fake-backend.ts";
import { emptyDisk, type FakeNode, startFakeNode } from "../../test/contract/fake-context.ts";
import { containerConfig, podSandboxConfig } from "../../test/contract/requests.ts";
import { CriError } from "../model/error.ts";

const live = new AbortController().signal;
/** Later than anything was recorded. */
const later = Number.MAX_SAFE_INTEGER;

void test("a pod that the engine lost is kept while its process lives, warned of once, and judged again", async (t) => {
  await using node = await startFakeNode();
  const { pod, container } = await makePod(node);
  const lives = t.mock.method(node.context.network, "lives", async () => true);
  const warn = t.mock.method(node.context.log, "warn", () => undefined);
  loseAll(node.backend);
  for (let time = 0; time < 2; time++) {
    node.backend.tell(node.backend.snapshot(later));
    await node.quiet();
  }
  assert.equal(node.runtime.podSandboxStatus(pod, false).record.sandbox.id, pod);
  assert.equal(node.runtime.containerStatus(container, false).record.container.id, container);
  assert.deepEqual(
    warn.mock.calls.map((call) => call.arguments),
    [
      [
        "pod sandbox is not known to its engine but its process lives",
        { sandboxId: pod, engine: "docker" },
      ],
    ],
  );
  assert.equal(node.backend.calls.includes("sandbox.remove"), false);
  lives.mock.mockImplementation(async () => false);
  node.backend.tell(node.backend.snapshot(later));
  await node.quiet();
  assert.throws(() => node.runtime.podSandboxStatus(pod, false), isNotFound);
  assert.throws(() => node.runtime.containerStatus(container, false), isNotFound);
  assert.ok(node.backend.calls.includes("sandbox.remove"));
});

void test("a container that is lost while its pod is listed is forgotten, though the pod lives", async (t) => {
  await using node = await startFakeNode();
  const { pod, container } = await makePod(node);
  t.mock.method(node.context.network, "lives", async () => true);
  node.backend.containerRecords.clear();
  node.backend.tell(node.backend.snapshot(later));
  await node.quiet();
  assert.throws(() => node.runtime.containerStatus(container, false), isNotFound);
  assert.ok(node.runtime.podSandboxStatus(pod, false));
});

void test("a sandbox is recorded until its network is down, and no longer though that fails", async () => {
  for (const failure of [undefined, new CriError("Internal", "not now")]) {
    await using node = await startFakeNode(emptyDisk());
    const { pod } = await makePod(node);
    const recorded: boolean[] = [];
    node.backend.interfere = async (step) => {
      if (step !== "sandbox.remove") return;
      recorded.push([...node.context.ledger.sandboxes.ids()].some((id) => id === pod));
      if (failure !== undefined) throw failure;
    };
    node.backend.tell({ type: "gone", id: pod });
    // A caller that comes meanwhile finds it done.
    await new Promise((resolve) => setImmediate(resolve));
    await node.runtime.removePodSandbox(pod, live);
    await node.quiet();
    assert.deepEqual(recorded, [true]);
    assert.throws(() => node.runtime.podSandboxStatus(pod, false), isNotFound);
  }
});

async function makePod(
  node: FakeNode,
): Promise<{ readonly pod: string; readonly container: string }> {
  node.backend.addImage("busybox:1");
  const pod = await node.runtime.runPodSandbox(podSandboxConfig("web"), "", live);
  const config = containerConfig("app", "busybox:1");
  const container = await node.runtime.createContainer(pod, config, live);
  return { pod, container };
}

function loseAll(backend: FakeBackend): void {
  backend.sandboxRecords.clear();
  backend.containerRecords.clear();
}

function isNotFound(error: unknown): boolean {
  return error instanceof CriError && error.kind === "NotFound";
}
