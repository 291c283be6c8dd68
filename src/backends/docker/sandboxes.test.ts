import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { type FakeBench, fakeBench, fakeImage } from "../../../test/fakes/docker-bench.ts";
import { CriError } from "../../model/error.ts";
import type { PodSandboxConfig } from "../../model/pod-sandbox.ts";
import { DockerSandboxes } from "./sandboxes.ts";

const never = new AbortController().signal;

function configOf(name: string, network: "POD" | "NODE" = "POD"): PodSandboxConfig {
  return {
    metadata: { name, namespace: "e", uid: "u", attempt: 0 },
    hostname: name,
    logDirectory: "",
    dns: undefined,
    portMappings: [],
    labels: {},
    annotations: {},
    cgroupParent: "",
    sysctls: {},
    overhead: undefined,
    resources: undefined,
    security: {
      namespaces: { network, pid: "CONTAINER", ipc: "POD", targetId: undefined, user: undefined },
      privileged: false,
      selinux: undefined,
      runAsUser: undefined,
      runAsGroup: undefined,
      readonlyRootfs: false,
      supplementalGroups: [],
      supplementalGroupsPolicy: "Merge",
      seccomp: undefined,
      apparmor: undefined,
    },
  };
}

/** A network that remembers what is connected, and fails when told. */
class FakeNetwork {
  readonly connected = new Set<string>();
  detaches = 0;
  fail = false;

  async attach({ sandboxId }: { readonly sandboxId: string }): Promise<{ ips: readonly string[] }> {
    if (this.fail) throw new CriError("Unavailable", "no addresses left");
    this.connected.add(sandboxId);
    await setImmediate();
    return { ips: ["10.85.0.9"] };
  }

  async detach(sandboxId: string): Promise<void> {
    this.detaches += 1;
    this.connected.delete(sandboxId);
    await setImmediate();
    if (this.fail) throw new CriError("DeadlineExceeded", "the plugin hangs");
  }

  addresses(sandboxId: string): readonly string[] {
    return this.connected.has(sandboxId) ? ["10.85.0.9"] : [];
  }
}

interface Bench extends FakeBench {
  readonly network: FakeNetwork;
  readonly sandboxes: DockerSandboxes;
}

async function bench(): Promise<Bench> {
  const network = new FakeNetwork();
  const made = await fakeBench((id) => network.addresses(id));
  const images = {
    status: () => Promise.resolve(fakeImage),
    pull: () => Promise.resolve(fakeImage),
  };
  const sandboxes = new DockerSandboxes({ context: made.context, network, images });
  return Object.assign(made, { network, sandboxes });
}

const request = { config: configOf("web"), runtimeHandler: "" };

test("a sandbox runs for three engine calls and one ADD, and stops and goes without a trace", async () => {
  await using made = await bench();
  const { docker, network, sandboxes, mirror } = made;
  const { sandbox, facts } = await sandboxes.run(request, never);
  assert.deepEqual(docker.calls, [
    "POST /containers/create",
    `POST /containers/${sandbox.id}/start`,
    `GET /containers/${sandbox.id}/json`,
  ]);
  assert.deepEqual(facts.ips, ["10.85.0.9"]);
  assert.equal(facts.finishedAtNanos, 0n);
  assert.equal(docker.containers.get(sandbox.id)?.Name, "/k8s_POD_web_e_u_0");
  const stopped = await sandboxes.stop(sandbox, never);
  assert.ok(stopped.finishedAtNanos > 0n);
  assert.equal(network.connected.size, 0);
  await sandboxes.stop(sandbox, never);
  await sandboxes.remove(sandbox, never);
  await sandboxes.remove(sandbox, never);
  assert.equal(docker.containers.size, 0);
  assert.equal(mirror.seen(sandbox.id), undefined);
});

const steps = ["created", "started", "connected"].map((step) => `docker.sandbox.${step}`);
for (const failAt of steps) {
  test(`a failure after ${failAt} leaves nothing behind`, async () => {
    await using made = await bench();
    made.failAt = failAt;
    await assert.rejects(made.sandboxes.run(request, never), /failpoint/);
    assert.equal(made.docker.containers.size, 0);
    assert.equal(made.network.connected.size, 0);
    assert.deepEqual(await readdir(made.podFilesFolder), []);
    made.failAt = "";
    await made.sandboxes.run(request, never);
  });
}

for (const path of ["create", "start", "json"]) {
  test(`an engine that fails at ${path} is rolled back, though it did the work`, async () => {
    await using made = await bench();
    const { docker, network, sandboxes } = made;
    docker.after = (call) => {
      if (call.endsWith(path)) throw new CriError("DeadlineExceeded", "no answer in time");
    };
    await assert.rejects(sandboxes.run(request, never), /no answer/);
    assert.equal(docker.containers.size, 0);
    assert.equal(network.connected.size, 0);
  });
}

test("a network that cannot connect costs the sandbox, not the engine's tidiness", async () => {
  await using made = await bench();
  const { docker, network, sandboxes } = made;
  network.fail = true;
  await assert.rejects(sandboxes.run(request, never), /no addresses left/);
  assert.equal(docker.containers.size, 0);
});

test("a caller that gives up in the middle leaves nothing behind", async () => {
  await using made = await bench();
  const { docker, network, sandboxes } = made;
  const caller = new AbortController();
  docker.after = (call) => {
    if (call.endsWith("start")) caller.abort(new CriError("Cancelled", "the caller has gone"));
  };
  await assert.rejects(sandboxes.run(request, caller.signal), /the caller has gone/);
  assert.equal(docker.containers.size, 0);
  assert.equal(network.connected.size, 0);
});

test("a sandbox whose process ends at once is refused with the image's name", async () => {
  await using made = await bench();
  made.docker.after = (call) => {
    const id = /^POST \/containers\/(\w+)\/start$/.exec(call)?.[1];
    if (id === undefined) return;
    made.docker.end(id, 1);
    made.docker.tell("die", id);
  };
  await assert.rejects(made.sandboxes.run(request, never), /image pause:1/);
  assert.equal(made.docker.containers.size, 0);
});

test("what a crashed run left under the name is replaced at once, with its containers and network", async () => {
  await using made = await bench();
  const { docker, network, sandboxes, mirror } = made;
  const { sandbox: left } = await sandboxes.run(request, never);
  const labels = { "io.kubernetes.docker.type": "container", "io.kubernetes.sandbox.id": left.id };
  const inside = docker.put("k8s_app_web_e_u_0", { Labels: labels, HostConfig: {} });
  await mirror.look(inside, never);
  const { sandbox } = await sandboxes.run(request, never);
  assert.deepEqual([...docker.containers.keys()], [sandbox.id]);
  assert.deepEqual(await readdir(made.podFilesFolder), [sandbox.id]);
  assert.deepEqual([...network.connected], [sandbox.id]);
});

test("a container of somebody else's under our name stays, and ours gets the longer name", async () => {
  await using made = await bench();
  const { docker, sandboxes } = made;
  docker.put("k8s_POD_web_e_u_0", { HostConfig: {} });
  const { sandbox } = await sandboxes.run(request, never);
  assert.equal(docker.containers.size, 2);
  assert.match(docker.containers.get(sandbox.id)?.Name ?? "", /^\/k8s_POD_web_e_u_0_[0-9a-f]{8}$/);
});

test("host network needs no CNI", async () => {
  await using made = await bench();
  const { docker, network, sandboxes } = made;
  const hosted = { config: configOf("web", "NODE"), runtimeHandler: "" };
  const { sandbox, facts } = await sandboxes.run(hosted, never);
  assert.deepEqual(facts.ips, []);
  assert.equal(docker.containers.get(sandbox.id)?.HostConfig.NetworkMode, "host");
  await sandboxes.remove(sandbox, never);
  assert.equal(network.detaches, 0);
});

test("a network that fails to disconnect does not keep the sandbox from ending, and is told", async () => {
  await using made = await bench();
  const { docker, network, sandboxes } = made;
  const { sandbox } = await sandboxes.run(request, never);
  network.fail = true;
  await assert.rejects(sandboxes.stop(sandbox, never), /the plugin hangs/);
  assert.equal(docker.containers.get(sandbox.id)?.State.Running, false);
  await assert.rejects(sandboxes.remove(sandbox, never), /the plugin hangs/);
  assert.equal(docker.containers.size, 0);
});

test("a sandbox that was removed behind our back stops and goes, network included", async () => {
  await using made = await bench();
  const { docker, network, sandboxes } = made;
  const { sandbox } = await sandboxes.run(request, never);
  docker.containers.delete(sandbox.id);
  const facts = await sandboxes.stop(sandbox, never);
  assert.ok(facts.finishedAtNanos > 0n);
  await sandboxes.remove(sandbox, never);
  assert.equal(network.connected.size, 0);
});

test("a handler is the configuration's, or a runtime of docker's by its own name, or refused with the known ones", async () => {
  await using made = await bench();
  const { docker, sandboxes } = made;
  const run = async (runtimeHandler: string): Promise<string | undefined> => {
    const config = configOf(runtimeHandler === "" ? "default" : runtimeHandler);
    const { sandbox } = await sandboxes.run({ config, runtimeHandler }, never);
    return docker.containers.get(sandbox.id)?.HostConfig.Runtime;
  };
  assert.equal(await run(""), undefined);
  assert.equal(await run("docker"), undefined);
  assert.equal(await run("sandboxed"), "runsc");
  assert.equal(await run("runsc"), "runsc");
  await assert.rejects(run("kata"), /docker has no "kata", only runc, runsc, docker, sandboxed/);
  await assert.rejects(run("broken"), {
    kind: "FailedPrecondition",
    message: /knows no runtime "crun"/,
  });
});

test("a pod's files are ours, and go with it", async () => {
  await using made = await bench();
  const { sandboxes, podFilesFolder } = made;
  const dns = { servers: ["10.96.0.10"], searches: ["a.b", "b"], options: ["ndots:5"] };
  const { sandbox } = await sandboxes.run(
    { ...request, config: { ...request.config, dns } },
    never,
  );
  const read = (name: string): Promise<string> =>
    readFile(join(podFilesFolder, sandbox.id, name), "utf8");
  const text = "search a.b b\nnameserver 10.96.0.10\noptions ndots:5\n";
  assert.equal(await read("resolv.conf"), text);
  assert.match(await read("hosts"), /^10\.85\.0\.9\tweb$/m);
  await sandboxes.remove(sandbox, never);
  assert.deepEqual(await readdir(podFilesFolder), []);
});

test("the DNS of a pod on the host's network is written where docker keeps it", async (t) => {
  await using made = await bench();
  const { docker, sandboxes } = made;
  docker.folder = await mkdtemp(join(tmpdir(), "cri-ferry-dns-"));
  t.after(() => rm(docker.folder, { recursive: true }));
  const dns = { servers: ["10.96.0.10"], searches: ["a.b", "b"], options: ["ndots:5"] };
  await sandboxes.run({ config: { ...configOf("web", "NODE"), dns }, runtimeHandler: "" }, never);
  assert.deepEqual(await readdir(made.podFilesFolder), []);
  const text = await readFile(join(docker.folder, "resolv.conf"), "utf8");
  assert.equal(text, "search a.b b\nnameserver 10.96.0.10\noptions ndots:5\n");
});
