import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { ContainerConfig } from "../../../src/gen/runtime/v1/ContainerConfig.ts";
import { logFile, logUntil, written } from "../log-file.ts";
import {
  containerConfig,
  ended,
  sharedPod,
  shell,
  shellIn,
  startContainer,
  uniqueName,
} from "../pod.ts";
import { needs, runtime, subject } from "../subject.ts";

const pod = sharedPod();
const defaults = { image: subject.images.defaults.reference };

/** Runs a container to its end and returns what it wrote to stdout. */
async function outputOf(changes: ContainerConfig): Promise<string> {
  const logPath = `${uniqueName("output")}/0.log`;
  await ended(await startContainer(pod(), { logPath, ...changes }));
  const entries = await logUntil(logFile(pod(), logPath), (all) => all.at(-1)?.tag === "F");
  return written(entries, "stdout").toString().trimEnd();
}

describe("command and args", () => {
  test("are the image's when none is given", async () => {
    assert.equal(await outputOf({ image: defaults, command: [] }), "entrypoint cmd");
  });

  test("given args replace the image's command only", async () => {
    assert.equal(await outputOf({ image: defaults, command: [], args: ["own"] }), "entrypoint own");
  });

  test("a given command replaces the image's entry point and command", async () => {
    assert.equal(await outputOf({ image: defaults, command: ["echo", "mine"] }), "mine");
  });

  test("both together are the whole command", async () => {
    assert.equal(
      await outputOf({ image: defaults, command: ["echo"], args: ["a", "b c"] }),
      "a b c",
    );
  });
});

test("environment variables are given ones over the image's", async () => {
  const envs = [
    { key: "BOTH", value: Buffer.from("own") },
    { key: "OWN", value: Buffer.from("two\nlines = ü") },
    { key: "EMPTY", value: Buffer.alloc(0) },
  ];
  const changes = {
    image: defaults,
    command: ["sh", "-c", 'echo "$FROM_IMAGE|$BOTH|$OWN|${EMPTY-unset}|"'],
    envs,
  };
  assert.equal(await outputOf(changes), "image|own|two\nlines = ü||");
});

test("the working directory is the image's, or the given one, made if missing", async () => {
  assert.equal(await outputOf({ image: defaults, command: ["pwd"] }), "/var/www");
  assert.equal(await outputOf({ image: defaults, command: ["pwd"], workingDir: "/tmp" }), "/tmp");
  assert.equal(await outputOf({ command: ["pwd"], workingDir: "/made/for/it" }), "/made/for/it");
});

test("a terminal is there when asked for", async () => {
  assert.equal(
    await shellIn(pod(), { tty: true, stdin: true }, "readlink /proc/1/fd/1"),
    "/dev/pts/0",
  );
  assert.notEqual(await shellIn(pod(), {}, "readlink /proc/1/fd/1"), "/dev/pts/0");
});

test("a device is there under its name, with its permissions", async () => {
  const devices = [{ hostPath: "/dev/zero", containerPath: "/dev/own-zero", permissions: "rwm" }];
  const count = await shellIn(pod(), { devices }, "head -c 5 /dev/own-zero | wc -c");
  assert.equal(count.trim(), "5");
});

describe("resources", () => {
  const base = containerConfig().linux;
  const limits = {
    memoryLimitInBytes: 64 << 20,
    cpuPeriod: 100_000,
    cpuQuota: 20_000,
    cpuShares: 256,
  };
  // The first line is of cgroup v2, the second of v1.
  const memoryLimit =
    "cat /sys/fs/cgroup/memory.max /sys/fs/cgroup/memory/memory.limit_in_bytes 2>/dev/null | head -n 1";

  test("are limits of the container's cgroup", async () => {
    const id = await startContainer(pod(), { linux: { ...base, resources: limits } });
    assert.equal(await shell(id, memoryLimit), String(64 << 20));
  });

  test("change while it runs", async () => {
    const containerId = await startContainer(pod(), { linux: { ...base, resources: limits } });
    const more = { ...limits, memoryLimitInBytes: 96 << 20 };
    await runtime("UpdateContainerResources", { containerId, linux: more });
    assert.equal(await shell(containerId, memoryLimit), String(96 << 20));
    assert.equal(await shell(containerId, "echo alive"), "alive");
  });

  const unified = { "memory.high": String(48 << 20), "memory.oom.group": "1" };
  const unifiedFiles = "cat /sys/fs/cgroup/memory.high /sys/fs/cgroup/memory.oom.group";

  test(
    "are files of cgroup v2 by their names, and stay when others change",
    needs("unified"),
    async () => {
      const resources = { ...limits, unified };
      const containerId = await startContainer(pod(), { linux: { ...base, resources } });
      assert.equal(await shell(containerId, unifiedFiles), `${48 << 20}\n1`);
      const more = { cpuPeriod: 100_000, cpuQuota: 30_000 };
      await runtime("UpdateContainerResources", { containerId, linux: more });
      assert.equal(await shell(containerId, unifiedFiles), `${48 << 20}\n1`);
      assert.equal(await shell(containerId, "cat /sys/fs/cgroup/cpu.max"), "30000 100000");
    },
  );

  test("of every kind that a kubelet sends stop no container", async () => {
    const resources = {
      ...limits,
      oomScoreAdj: 900,
      hugepageLimits: [{ pageSize: "2MB", limit: 0 }],
    };
    const id = await startContainer(pod(), { linux: { ...base, resources } });
    assert.equal(await shell(id, "cat /proc/1/oom_score_adj"), "900");
  });

  test("an OOM score below what the endpoint may set stops no container", async () => {
    const resources = { ...limits, oomScoreAdj: -997 };
    const id = await startContainer(pod(), { linux: { ...base, resources } });
    assert.equal(await shell(id, "echo alive"), "alive");
  });

  test("a cpuset is where the container runs", needs("cpuset"), async () => {
    const resources = { ...limits, cpusetCpus: "0" };
    const id = await startContainer(pod(), { linux: { ...base, resources } });
    assert.equal(await shell(id, "grep Cpus_allowed_list /proc/self/status | cut -f 2"), "0");
  });
});
