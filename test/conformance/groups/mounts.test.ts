import assert from "node:assert/strict";
import { existsSync, readFileSync, statSync } from "node:fs";
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import type { MountPropagation } from "../../../src/gen/runtime/v1/MountPropagation.ts";
import { attempt, command } from "../../harness/command.ts";
import {
  containerLinux,
  exec,
  type Pod,
  podLinux,
  sharedPod,
  shell,
  shellIn,
  startContainer,
  startPod,
  uniqueName,
} from "../pod.ts";
import { needs, subject } from "../subject.ts";

const pod = sharedPod();

async function hostFolder(): Promise<string> {
  const folder = join(subject.workFolder, uniqueName("mount"));
  await mkdir(folder, { recursive: true });
  return folder;
}

test("a mounted folder is the host's in both directions", async () => {
  const hostPath = await hostFolder();
  await writeFile(join(hostPath, "from-host"), "host");
  const mounts = [{ hostPath, containerPath: "/data" }];
  const text = await shellIn(
    pod(),
    { mounts },
    "cat /data/from-host; echo -n container > /data/back",
  );
  assert.equal(text, "host");
  assert.equal(readFileSync(join(hostPath, "back"), "utf8"), "container");
});

test("a read-only mount refuses writes", async () => {
  const hostPath = await hostFolder();
  const id = await startContainer(pod(), {
    mounts: [{ hostPath, containerPath: "/data", readonly: true }],
  });
  const { exitCode, stderr } = await exec(id, ["touch", "/data/file"]);
  assert.notEqual(exitCode, 0);
  assert.match(stderr, /Read-only/);
});

test("a single file can be mounted", async () => {
  const hostPath = join(await hostFolder(), "file");
  await writeFile(hostPath, "127.0.0.1 own-hosts\n");
  const mounts = [{ hostPath, containerPath: "/etc/hosts" }];
  assert.equal(await shellIn(pod(), { mounts }, "cat /etc/hosts"), "127.0.0.1 own-hosts");
});

test("a link on the host is followed", async () => {
  const folder = await hostFolder();
  await mkdir(join(folder, "real"));
  await writeFile(join(folder, "real", "file"), "linked");
  await symlink(join(folder, "real"), join(folder, "link"));
  const mounts = [{ hostPath: join(folder, "link"), containerPath: "/data" }];
  assert.equal(await shellIn(pod(), { mounts }, "cat /data/file"), "linked");
});

test("a host path that is missing becomes a folder", async () => {
  const hostPath = join(await hostFolder(), "made", "by", "runtime");
  await shellIn(pod(), { mounts: [{ hostPath, containerPath: "/data" }] }, "touch /data/file");
  assert.ok(statSync(hostPath).isDirectory());
  assert.ok(existsSync(join(hostPath, "file")));
});

test("a mount below another one is seen, whatever their order", async () => {
  const outer = await hostFolder();
  const inner = await hostFolder();
  await mkdir(join(outer, "inner"));
  await writeFile(join(inner, "file"), "inner");
  const mounts = [
    { hostPath: inner, containerPath: "/data/inner" },
    { hostPath: outer, containerPath: "/data" },
  ];
  assert.equal(await shellIn(pod(), { mounts }, "cat /data/inner/file"), "inner");
});

describe("propagation", () => {
  /** A shared mount of the test's own, so that the host's root may be what it is. */
  async function sharedFolder(t: TestContext): Promise<string> {
    const folder = await hostFolder();
    await command("mount", ["-t", "tmpfs", "tmpfs", folder]);
    t.after(async () => {
      await attempt("umount", ["-R", "-l", folder]);
    });
    await command("mount", ["--make-shared", folder]);
    await mkdir(join(folder, "sub"));
    return folder;
  }

  async function start(
    inPod: Pod,
    hostPath: string,
    propagation: MountPropagation,
  ): Promise<string> {
    const mounts = [{ hostPath, containerPath: "/data", propagation }];
    return startContainer(inPod, { mounts, linux: containerLinux({ privileged: true }) });
  }

  async function mountOnHost(folder: string): Promise<void> {
    await command("mount", ["-t", "tmpfs", "tmpfs", join(folder, "sub")]);
    await writeFile(join(folder, "sub", "late"), "late");
  }

  const privileged = { linux: podLinux({}, { privileged: true }) };

  test("PRIVATE shows no later mount of the host", async (t) => {
    const folder = await sharedFolder(t);
    const id = await start(await startPod(t, privileged), folder, "PROPAGATION_PRIVATE");
    await mountOnHost(folder);
    assert.equal(await shell(id, "ls /data/sub"), "");
  });

  test("HOST_TO_CONTAINER shows later mounts of the host only", async (t) => {
    const folder = await sharedFolder(t);
    const id = await start(await startPod(t, privileged), folder, "PROPAGATION_HOST_TO_CONTAINER");
    await mountOnHost(folder);
    assert.equal(await shell(id, "ls /data/sub"), "late");
    await shell(id, "mkdir /data/own; mount -t tmpfs tmpfs /data/own; touch /data/own/file");
    assert.equal(existsSync(join(folder, "own", "file")), false);
  });

  test("BIDIRECTIONAL shows the container's mounts on the host", async (t) => {
    const folder = await sharedFolder(t);
    const id = await start(await startPod(t, privileged), folder, "PROPAGATION_BIDIRECTIONAL");
    await shell(id, "mkdir /data/own; mount -t tmpfs tmpfs /data/own; touch /data/own/file");
    assert.ok(existsSync(join(folder, "own", "file")));
    await shell(id, "umount /data/own");
  });
});

test(
  "a recursive read-only mount is read-only below as well",
  needs("recursive-read-only"),
  async (t) => {
    const hostPath = await hostFolder();
    await mkdir(join(hostPath, "below"));
    await command("mount", ["-t", "tmpfs", "tmpfs", join(hostPath, "below")]);
    t.after(async () => {
      await attempt("umount", ["-l", join(hostPath, "below")]);
    });
    const mounts = [{ hostPath, containerPath: "/data", readonly: true, recursiveReadOnly: true }];
    const id = await startContainer(pod(), { mounts });
    assert.notEqual((await exec(id, ["touch", "/data/below/file"])).exitCode, 0);
  },
);

describe("an image as a mount", () => {
  const image = { image: subject.images.first.reference };

  test("is the image's content, read-only", needs("image-mount"), async () => {
    await startContainer(pod(), { image });
    const id = await startContainer(pod(), {
      mounts: [{ containerPath: "/volume", image, readonly: true }],
    });
    assert.equal(await shell(id, "cat /volume/etc/mark"), "first");
    assert.notEqual((await exec(id, ["touch", "/volume/file"])).exitCode, 0);
  });

  test("may be a folder of the image", needs("image-mount"), async () => {
    await startContainer(pod(), { image });
    const mounts = [{ containerPath: "/volume", image, imageSubPath: "etc", readonly: true }];
    assert.equal(await shellIn(pod(), { mounts }, "cat /volume/mark"), "first");
  });
});
