import assert from "node:assert/strict";
import { lstat, mkdir, readdir, readFile, readlink, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, test } from "node:test";
import type { ContainerRecord, SandboxRecord } from "../../src/backends/backend.ts";
import { copyApiLog } from "../../src/backends/docker/api-log.ts";
import { cgroupOf, readCgroupFile } from "../../src/host/cgroup.ts";
import { ensureFolders } from "../../src/host/client-path.ts";
import { systemClock } from "../../src/host/clock.ts";
import { RecordLog } from "../../src/logs/record-log.ts";
import type { ContainerConfig } from "../../src/model/container.ts";
import { containerState } from "../../src/model/container.ts";
import type { Mount } from "../../src/model/mount.ts";
import type { PodSandboxConfig } from "../../src/model/pod-sandbox.ts";
import { noResources } from "../../src/model/resources.ts";
import { containerConfig, imageSpec, podSandboxConfig } from "../contract/requests.ts";
import { silentMeter } from "../fakes/docker-bench.ts";
import { eventually } from "../harness/eventually.ts";
import { mountPoints } from "../harness/mounts.ts";
import { runContainer } from "./docker-host.ts";
import { dockerNode } from "./docker-node.ts";

const node = await dockerNode({ name: "e-boxes", bridge: "cfe3", subnet: "10.88.0.0/16" });
const signal = AbortSignal.timeout(300_000);
const life = await node.start();
const { backend } = life;

after(async () => {
  await life[Symbol.asyncDispose]();
  await node[Symbol.asyncDispose]();
});

interface Pod extends AsyncDisposable {
  readonly record: SandboxRecord;
}

async function podOf(name: string, change: Partial<PodSandboxConfig> = {}): Promise<Pod> {
  const metadata = { name, namespace: "e", uid: `uid-${name}`, attempt: 0 };
  const logDirectory = join(node.folder, "pods", name);
  await mkdir(logDirectory, { recursive: true });
  const config = podSandboxConfig(name, { metadata, logDirectory, ...change });
  const record = await backend.sandboxes.run({ config, runtimeHandler: "" }, signal);
  return {
    record,
    [Symbol.asyncDispose]: async () => {
      await backend.sandboxes.stop(record.sandbox, signal);
      await backend.sandboxes.remove(record.sandbox, signal);
    },
  };
}

interface Box extends ContainerRecord, AsyncDisposable {
  /** Starts it and waits for its end; returns what it wrote. */
  readonly output: () => Promise<string>;
}

async function boxOf(
  { record }: Pod,
  script: string,
  change: Partial<ContainerConfig> = {},
): Promise<Box> {
  const { sandbox } = record;
  const image = await backend.images.status(imageSpec(node.image), signal);
  assert.ok(image !== undefined);
  const command = ["sh", "-c", script];
  const config = containerConfig("box", node.image, { command, logPath: "box/0.log", ...change });
  const made = await backend.containers.create({ sandbox, config, image }, signal);
  const { container } = made;
  return {
    ...made,
    output: async () => {
      await backend.containers.start(container, sandbox, signal);
      // Without a signal to end it, a stop is a wait for its own end.
      await backend.containers.stop({ ...container, stopSignal: "SIGWINCH" }, 30, signal);
      const text = await readFile(container.logFile, "utf8");
      return text.replaceAll(/^\S+Z std(?:out|err) [FP] /gm, "");
    },
    [Symbol.asyncDispose]: () => backend.containers.remove(container, signal),
  };
}

function mountOf(change: Partial<Mount>): Mount {
  return {
    containerPath: "/mnt",
    hostPath: "",
    readonly: false,
    recursiveReadOnly: false,
    selinuxRelabel: false,
    propagation: "PRIVATE",
    uidMappings: [],
    gidMappings: [],
    image: undefined,
    imageSubPath: "",
    mountOptions: [],
    ...change,
  };
}

function ownMounts(): readonly string[] {
  return mountPoints().filter((path) => path.startsWith(node.folder));
}

test("a missing host path of a mount is made, as a folder", async () => {
  await using pod = await podOf("source");
  const hostPath = join(node.folder, "not/yet");
  await using box = await boxOf(pod, "echo there > /mnt/file", { mounts: [mountOf({ hostPath })] });
  assert.ok((await stat(hostPath)).isDirectory());
  assert.equal(await box.output(), "");
  assert.equal(await readFile(join(hostPath, "file"), "utf8"), "there\n");
});

test("an image is mounted read-only, with a sub-path, and unmounted with its container", async () => {
  await using pod = await podOf("image-mount");
  const mounts = [
    mountOf({ image: imageSpec(node.image) }),
    mountOf({ containerPath: "/sub", image: imageSpec(node.image), imageSubPath: "bin" }),
  ];
  const script = "ls /mnt/bin/sh /sub/sh; touch /mnt/x 2>&1";
  {
    await using box = await boxOf(pod, script, { mounts });
    assert.match(await box.output(), /^\/mnt\/bin\/sh\n\/sub\/sh\n.*Read-only file system\n$/);
  }
  assert.deepEqual(ownMounts(), []);
  const volumes = join(node.folder, "run", "image-volumes");
  assert.deepEqual(await readdir(volumes), ["empty"]);
});

test("image mounts of a create that fails, or of a life that was killed, are unmounted", async () => {
  await using pod = await podOf("image-mount-left");
  const good = mountOf({ image: imageSpec(node.image) });
  const missing = mountOf({
    containerPath: "/sub",
    image: imageSpec(node.image),
    imageSubPath: "no",
  });
  await assert.rejects(boxOf(pod, "true", { mounts: [good, missing] }), {
    kind: "NotFound",
    message: /mounts \/sub: imageSubPath no is not in the image/,
  });
  assert.deepEqual(ownMounts(), []);
  const box = await boxOf(pod, "true", { mounts: [good] });
  assert.equal(ownMounts().length, 1);
  const path = `/containers/${box.container.id}`;
  await node.api.call({ method: "DELETE", path, query: { force: 1 } }, signal);
  {
    await using next = await node.start();
    const events = next.backend.events(signal);
    await events.next();
    await eventually("the mount is gone", () => (ownMounts().length === 0 ? true : undefined));
    await events.return();
  }
});

test("a group that is said keeps those that the image's files add, policy Strict has them not", async () => {
  await using pod = await podOf("groups");
  const { security } = containerConfig("box", node.image);
  const asked = { ...security, runAsUser: 1000, runAsGroup: 2000, supplementalGroups: [3000] };
  const groups = async (change: Partial<typeof security>): Promise<string> => {
    await using box = await boxOf(pod, "id -u; id -G", {
      logPath: `${change.supplementalGroupsPolicy ?? "Merge"}.log`,
      security: { ...asked, ...change },
    });
    return await box.output();
  };
  // The tree's /etc/group has user 1000 in group 50000.
  assert.equal(await groups({}), "1000\n2000 3000 50000\n");
  assert.equal(await groups({ supplementalGroupsPolicy: "Strict" }), "1000\n2000 3000\n");
});

test("limits that docker's API lacks are written, and one that the kernel lacks stops no pod", async () => {
  await using pod = await podOf("limits");
  const resources = {
    ...noResources,
    memoryLimitBytes: 64 << 20,
    hugepageLimits: [{ pageSize: "2MB", limitBytes: 0n }],
  };
  await using box = await boxOf(pod, "sleep 1000", { resources });
  const { container } = box;
  const facts = await backend.containers.start(container, pod.record.sandbox, signal);
  assert.deepEqual(facts.resources, resources);
  const more = { ...noResources, memoryLimitBytes: 96 << 20, oomScoreAdj: 500 };
  const updated = await backend.containers.update(container, more, signal);
  assert.equal(updated.resources.memoryLimitBytes, 96 << 20);
  assert.deepEqual(updated.resources.hugepageLimits, resources.hugepageLimits);
  assert.equal(await readFile(`/proc/${facts.pid}/oom_score_adj`, "utf8"), "500\n");
  const { controllers, unified } = await cgroupOf(facts.pid);
  const [folder, file] =
    controllers.get("memory") === undefined
      ? [unified, "memory.max"]
      : [controllers.get("memory"), "memory.limit_in_bytes"];
  assert.equal(Number(await readCgroupFile(folder ?? "", file)), 96 << 20);
});

test("a log file that cannot be made ends the container instead of letting it run unheard", async () => {
  await using pod = await podOf("no-log");
  await writeFile(join(pod.record.sandbox.config.logDirectory, "box"), "not a folder");
  await using box = await boxOf(pod, "sleep 1000");
  await assert.rejects(backend.containers.start(box.container, pod.record.sandbox, signal));
  const facts = await backend.containers.stop(box.container, 0, signal);
  assert.equal(containerState(facts), "EXITED");
});

test("a pod may ask for links to docker's own log files", async () => {
  const annotations = { "cri-ferry.io/log-format": "docker" };
  await using pod = await podOf("linked", { annotations });
  await using box = await boxOf(pod, "echo in json");
  const { logFile } = box.container;
  await mkdir(join(logFile, ".."), { recursive: true });
  assert.match(await box.output(), /^\{"log":"in json\\n"/);
  assert.ok((await lstat(logFile)).isSymbolicLink());
  assert.match(await readlink(logFile), /-json\.log$/);
});

test("a log of another driver comes by the API, once, over a restart", async () => {
  const logFile = join(node.folder, "by-api.log");
  const script = "for i in $(seq 0 99); do echo line $i; echo err $i >&2; done; sleep 1000";
  const HostConfig = { NetworkMode: "none", LogConfig: { Type: "local" } };
  const body = { Image: node.image, Cmd: ["sh", "-c", script], HostConfig };
  await using box = await runContainer(node.api, "cf-e-by-api", body);
  const copy = async (...until: readonly string[]): Promise<void> => {
    const ending = new AbortController();
    const options = { clock: systemClock, meter: silentMeter, ensureFolders };
    const target = await RecordLog.open({ logFile }, options, signal);
    const source = { containerId: box.id, tty: false, target };
    const copying = copyApiLog(node.api, source, ending.signal).catch(() => undefined);
    await eventually(until.join(), async () => {
      const text = await readFile(logFile, "utf8");
      return until.every((line) => text.includes(line)) ? true : undefined;
    });
    ending.abort();
    await copying;
    await target.close();
  };
  await copy("line 10\n");
  // The streams are two pipes: either may end first.
  await copy("line 99\n", "err 99\n");
  const text = await readFile(logFile, "utf8");
  const numbers = [...text.matchAll(/stdout F line (\d+)\n/g)].map((match) => Number(match[1]));
  assert.deepEqual(numbers, [...Array.from({ length: 100 }).keys()]);
  assert.equal(text.match(/stderr F err /g)?.length, 100);
});

test("a pod on the host's network has the host's, and no address of its own", async () => {
  const { security } = podSandboxConfig("host");
  const namespaces = { ...security.namespaces, network: "NODE" as const };
  await using pod = await podOf("host", { hostname: "", security: { ...security, namespaces } });
  assert.deepEqual(pod.record.facts.ips, []);
  await using box = await boxOf(pod, "readlink /proc/self/ns/net", {
    security: { ...containerConfig("box", node.image).security, namespaces },
  });
  assert.equal((await box.output()).trim(), await readlink("/proc/self/ns/net"));
});
