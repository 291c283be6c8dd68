import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { DockerBackend } from "../../src/backends/docker/docker-backend.ts";
import { containerState } from "../../src/model/container.ts";
import { noResources } from "../../src/model/resources.ts";
import { containerConfig, imageSpec, podSandboxConfig } from "../contract/requests.ts";
import { eventually } from "../harness/eventually.ts";
import { type DockerNode, dockerNode } from "./docker-node.ts";
import { OwnDockerd } from "./own-dockerd.ts";
import { resyncOf, Told } from "./told.ts";

const signal = AbortSignal.timeout(120_000);
let node: DockerNode;
let dockerd: OwnDockerd;

before(async () => {
  node = await dockerNode({ name: "e-away", bridge: "cfe4", subnet: "10.89.0.0/16" });
  dockerd = await OwnDockerd.create();
});

after(async () => {
  await dockerd[Symbol.asyncDispose]();
  await node[Symbol.asyncDispose]();
});

async function until(backend: DockerBackend, reason: string): Promise<void> {
  await eventually(`condition ${reason}`, () =>
    backend.condition().reason === reason ? true : undefined,
  );
}

test("an engine that is absent, hangs, dies and comes back is told, and found again by itself", async () => {
  await using life = await node.start({ endpoint: dockerd.endpoint });
  const { backend } = life;
  await using told = new Told(backend);
  const lists = () => told.events.flatMap((event) => resyncOf(event) ?? []);

  await until(backend, "DockerUnreachable");
  const config = podSandboxConfig("away", {
    metadata: { name: "away", namespace: "e", uid: "uid-away", attempt: 0 },
  });
  const run = { config, runtimeHandler: "" };
  await assert.rejects(backend.sandboxes.run(run, signal), {
    kind: "Unavailable",
    message: /docker cannot be reached at unix:/,
  });

  await dockerd.start();
  await until(backend, "");
  const [image] = await Promise.all(
    [node.image, node.pause].map(async (name) => {
      await dockerd.load(name, "/var/run/docker.sock");
      return await eventually("the image is seen", () =>
        backend.images.status(imageSpec(name), signal),
      );
    }),
  );
  assert.ok(image !== undefined);
  const { sandbox } = await backend.sandboxes.run(run, signal);
  const box = containerConfig("box", node.image, { command: ["sleep", "1000"] });
  const request = { sandbox, config: box, image };
  const { container } = await backend.containers.create(request, signal);
  const { pid } = await backend.containers.start(container, sandbox, signal);

  dockerd.kill("SIGSTOP");
  await until(backend, "DockerHangs");
  assert.equal(backend.containers.locate(container)?.pid, pid);
  const change = { ...noResources, cpuShares: 512 };
  await assert.rejects(backend.containers.update(container, change, AbortSignal.timeout(200)), {
    kind: "DeadlineExceeded",
  });
  dockerd.kill("SIGCONT");
  await until(backend, "");

  dockerd.kill("SIGKILL");
  await until(backend, "DockerUnreachable");
  process.kill(pid, "SIGKILL");
  const known = lists().length;
  await dockerd.ended();
  await dockerd.start();
  await until(backend, "");
  const list = await eventually("a list of the new engine", () => lists()[known]);
  const found = list.containers.find((record) => record.container.id === container.id);
  assert.ok(found !== undefined);
  assert.equal(containerState(found.facts), "EXITED");
  const pod = list.sandboxes.find((record) => record.sandbox.id === sandbox.id);
  assert.equal(pod?.facts.finishedAtNanos, 0n);
  assert.deepEqual(pod?.facts.ips.length, 1);

  await backend.sandboxes.stop(sandbox, signal);
  await backend.containers.remove(container, signal);
  await backend.sandboxes.remove(sandbox, signal);
});
