import assert from "node:assert/strict";
import { stat } from "node:fs/promises";
import { test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { containerConfig, podSandboxConfig } from "../../../test/contract/requests.ts";
import {
  type FakeBench,
  fakeBench,
  fakeImage,
  silentMeter,
} from "../../../test/fakes/docker-bench.ts";
import type { ContainerConfig } from "../../model/container.ts";
import { containerState, exitReason } from "../../model/container.ts";
import { CriError } from "../../model/error.ts";
import { podSandboxId } from "../../model/ids.ts";
import type { PodSandbox } from "../../model/pod-sandbox.ts";
import { noResources } from "../../model/resources.ts";
import type { ContainerCreate } from "../backend.ts";
import { DockerContainers } from "./containers.ts";
import { errorOfAnswer } from "./errors.ts";
import { ImageFactsCache } from "./image-facts.ts";
import { ImageUserFiles } from "./image-user-files.ts";
import { ImageVolumes } from "./image-volumes.ts";
import { LogFeed } from "./log-feed.ts";

const never = new AbortController().signal;

const sandbox: PodSandbox = {
  id: podSandboxId("5".repeat(64)),
  engine: "docker",
  runtimeHandler: "",
  createdAtNanos: 1n,
  config: podSandboxConfig("web", { logDirectory: "/var/log/pods/web" }),
};

/** Logs that write down what they were asked. */
class FakeLogs {
  readonly asked: string[] = [];
  failure: CriError | undefined;

  async follow({ jsonFile }: { readonly jsonFile: string }): Promise<void> {
    await setImmediate();
    this.asked.push(`follow ${jsonFile.split("/").at(-1)}`);
    if (this.failure !== undefined) throw this.failure;
  }

  async finish(): Promise<void> {
    await setImmediate();
    this.asked.push("finish");
  }

  async reopen(): Promise<void> {
    await setImmediate();
    this.asked.push("reopen");
  }

  async remove(): Promise<void> {
    await setImmediate();
    this.asked.push("remove");
  }
}

interface Bench extends FakeBench {
  readonly containers: DockerContainers;
  readonly logs: FakeLogs;
}

async function bench(): Promise<Bench> {
  const made = await fakeBench();
  const { context, docker } = made;
  const logs = new FakeLogs();
  const sources = {
    images: { status: () => Promise.resolve(fakeImage) },
    imageFacts: new ImageFactsCache(docker),
    userFiles: new ImageUserFiles(docker),
    volumes: new ImageVolumes("/nonexistent"),
  };
  const feed = new LogFeed({
    logs,
    api: docker,
    clock: context.clock,
    log: context.log,
    meter: silentMeter,
  });
  const containers = new DockerContainers({ context, sources, feed });
  return Object.assign(made, { containers, logs });
}

function createOf(change: Partial<ContainerConfig> = {}): ContainerCreate {
  const config = containerConfig("app", "pause:1", { logPath: "app/0.log", ...change });
  return { sandbox, config, image: fakeImage };
}

/** Calls to containers, as `POST start`. */
function story({ docker }: Bench): readonly string[] {
  return docker.calls
    .filter((call) => call.includes("/containers/"))
    .map((call) => call.replace(/\/containers\/(?:\w{64}\/?)?/, ""));
}

test("a container gets the pod's files where docker has none for the sandbox, which are shown to nobody", async () => {
  await using made = await bench();
  const { containers, docker, mirror, podFilesFolder } = made;
  const labels = { "io.kubernetes.docker.type": "podsandbox" };
  const table = [
    [true, ["/etc/resolv.conf", "/etc/hosts"]],
    [false, []],
  ] as const;
  for (const [NetworkDisabled, expected] of table) {
    const name = `k8s_POD_web_e_${NetworkDisabled}_0`;
    const id = docker.put(name, { Labels: labels, NetworkDisabled, HostConfig: {} });
    await mirror.look(id, never);
    const pod = { ...sandbox, id: podSandboxId(id) };
    const { container } = await containers.create({ ...createOf(), sandbox: pod }, never);
    const mounts = docker.containers.get(container.id)?.HostConfig.Mounts ?? [];
    assert.deepEqual(
      mounts.map((mount) => mount.Target),
      expected,
    );
    for (const { Source = "" } of mounts) {
      assert.ok(Source.startsWith(`${podFilesFolder}/${id}/`));
      assert.ok((await stat(Source)).isFile());
    }
    assert.deepEqual(container.config.mounts, []);
    await containers.remove(container, never);
  }
});

test("a log that is gone on with while its container is removed is forgotten, too", async () => {
  await using made = await bench();
  const { containers, logs } = made;
  const { container } = await containers.create(createOf(), never);
  await containers.remove(container, never);
  logs.asked.length = 0;
  await containers.resumeLog(container, never);
  assert.deepEqual(logs.asked, [`follow ${container.id}-json.log`, "remove"]);
});

test("create, start, stop and remove cost seven calls, and the end is told after its log", async () => {
  await using made = await bench();
  const { containers, docker, logs } = made;
  const { container, facts } = await containers.create(createOf(), never);
  assert.equal(containerState(facts), "CREATED");
  assert.equal(container.logFile, "/var/log/pods/web/app/0.log");
  assert.equal(container.stopSignal, "SIGTERM");
  assert.equal("envs" in container.config, false);
  const started = await containers.start(container, sandbox, never);
  assert.equal(containerState(started), "RUNNING");
  assert.equal(containers.locate(container)?.pid, started.pid);
  const ended = await containers.stop(container, 10, never);
  assert.equal(ended.exitCode, 143);
  assert.equal(containers.locate(container), undefined);
  await containers.remove(container, never);
  assert.equal(docker.containers.size, 0);
  const calls = ["POST create", "GET json", "POST start", "GET json", "POST kill", "GET json"];
  assert.deepEqual(story(made), [...calls, "DELETE "]);
  assert.equal(logs.asked[0], `follow ${container.id}-json.log`);
  assert.equal(logs.asked.at(-1), "remove");
});

for (const failAt of ["docker.container.gathered", "docker.container.created"]) {
  test(`a create that fails after ${failAt} leaves nothing behind`, async () => {
    await using made = await bench();
    made.failAt = failAt;
    await assert.rejects(made.containers.create(createOf(), never), /failpoint/);
    assert.equal(made.docker.containers.size, 0);
    made.failAt = "";
    await made.containers.create(createOf(), never);
  });
}

test("what a crashed create left is replaced", async () => {
  await using made = await bench();
  const left = await made.containers.create(createOf(), never);
  const { container } = await made.containers.create(createOf(), never);
  assert.notEqual(container.id, left.container.id);
  assert.deepEqual([...made.docker.containers.keys()], [container.id]);
});

test("a container of another sandbox that has the same docker name is no leftover", async () => {
  await using made = await bench();
  const { containers, docker } = made;
  const { container: first } = await containers.create(createOf(), never);
  await containers.start(first, sandbox, never);
  const again = { ...sandbox, id: podSandboxId("6".repeat(64)) };
  const { container: second } = await containers.create({ ...createOf(), sandbox: again }, never);
  assert.deepEqual([...docker.containers.keys()], [first.id, second.id]);
  assert.equal(docker.containers.get(first.id)?.State.Status, "running");
  assert.deepEqual(second.config.metadata, first.config.metadata);
});

for (const failure of [errorOfAnswer(404, "No such image"), new CriError("Unavailable", "lost")]) {
  test(`a create that fails with ${failure.kind} removes nothing of another sandbox's`, async () => {
    await using made = await bench();
    const { containers, docker } = made;
    const { container } = await containers.create(createOf(), never);
    docker.before = (call) => {
      if (call === "POST /containers/create") throw failure;
    };
    const again = { ...sandbox, id: podSandboxId("6".repeat(64)) };
    const creating = containers.create({ ...createOf(), sandbox: again }, never);
    await assert.rejects(creating, { kind: failure.kind });
    assert.deepEqual([...docker.containers.keys()], [container.id]);
  });
}

test("a create whose answer is lost leaves nothing behind", async () => {
  await using made = await bench();
  const { containers, docker } = made;
  docker.after = (call) => {
    if (call === "POST /containers/create") throw new CriError("Unavailable", "lost");
  };
  await assert.rejects(containers.create(createOf(), never), { kind: "Unavailable" });
  assert.equal(docker.containers.size, 0);
});

test("a command that cannot run ends the container with docker's words, and another failure does not", async () => {
  await using made = await bench();
  const { containers, docker } = made;
  const { container } = await containers.create(createOf(), never);
  docker.before = (call) => {
    if (call.endsWith("/start")) throw new CriError("Unavailable", "docker is away");
  };
  await assert.rejects(containers.start(container, sandbox, never), { kind: "Unavailable" });
  assert.equal(made.mirror.seen(container.id)?.status, "created");
  docker.before = (call) => {
    if (!call.endsWith("/start")) return;
    docker.set(container.id, { ExitCode: 127, Error: "no such file" });
    throw errorOfAnswer(400, '{"message":"no such file"}');
  };
  const facts = await containers.start(container, sandbox, never);
  assert.equal(exitReason(facts), "ContainerCannotRun");
  assert.deepEqual([facts.exitCode, facts.error], [127, "no such file"]);
});

test("a container whose log cannot be written is killed, and the start fails with the reason", async () => {
  await using made = await bench();
  const { containers, docker, logs } = made;
  const { container } = await containers.create(createOf(), never);
  logs.failure = new CriError("ResourceExhausted", "no space for /var/log/pods/web/app/0.log");
  await assert.rejects(containers.start(container, sandbox, never), { kind: "ResourceExhausted" });
  assert.equal(docker.containers.get(container.id)?.State.Running, false);
});

test("a stop that waits sends its signal once, and one with less grace ends both", async () => {
  await using made = await bench();
  const { containers, docker } = made;
  const { container } = await containers.create(createOf({ stopSignal: "SIGUSR1" }), never);
  await containers.start(container, sandbox, never);
  const patient = [86_400, 1e9].map((grace) => containers.stop(container, grace, never));
  await setImmediate();
  const killed = await containers.stop(container, 0, never);
  assert.equal(killed.exitCode, 137);
  for (const facts of await Promise.all(patient)) assert.equal(facts.exitCode, 137);
  assert.equal(docker.calls.filter((call) => call.endsWith("/kill")).length, 2);
});

test("a stop signal that docker refuses is followed by a kill", async () => {
  await using made = await bench();
  const { containers, docker } = made;
  const { container } = await containers.create(createOf({ stopSignal: "SIGNONE" }), never);
  await containers.start(container, sandbox, never);
  let refusals = 0;
  docker.before = (call) => {
    if (call.endsWith("/kill") && (refusals += 1) === 1) {
      throw errorOfAnswer(400, '{"message":"invalid signal"}');
    }
  };
  assert.equal((await containers.stop(container, 10, never)).exitCode, 137);
});

test("a stop whose caller leaves does not kill", async () => {
  await using made = await bench();
  const { containers, docker } = made;
  const { container } = await containers.create(createOf({ stopSignal: "SIGUSR1" }), never);
  await containers.start(container, sandbox, never);
  const caller = new AbortController();
  const stopping = containers.stop(container, 86_400, caller.signal);
  await setImmediate();
  caller.abort(new CriError("Cancelled", "the caller has gone"));
  await assert.rejects(stopping, { kind: "Cancelled" });
  assert.equal(docker.containers.get(container.id)?.State.Running, true);
});

test("stopping what never ran or was taken away is no error", async () => {
  await using made = await bench();
  const { containers, docker } = made;
  const { container } = await containers.create(createOf(), never);
  assert.equal(containerState(await containers.stop(container, 10, never)), "CREATED");
  docker.containers.delete(container.id);
  assert.equal(containerState(await containers.stop(container, 10, never)), "EXITED");
  await containers.remove(container, never);
});

test("an update keeps what it does not say, also what docker does not know of", async () => {
  await using made = await bench();
  const hugepageLimits = [{ pageSize: "2MB", limitBytes: 0n }];
  const resources = { ...noResources, cpuShares: 512, hugepageLimits };
  const { container } = await made.containers.create(createOf({ resources }), never);
  const change = { ...noResources, cpuQuotaMicros: 5_000 };
  const facts = await made.containers.update(container, change, never);
  assert.deepEqual(facts.resources, { ...resources, cpuQuotaMicros: 5_000 });
});
