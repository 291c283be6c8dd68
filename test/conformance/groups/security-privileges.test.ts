import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, test } from "node:test";
import type { LinuxContainerSecurityContext } from "../../../src/gen/runtime/v1/LinuxContainerSecurityContext.ts";
import {
  containerLinux,
  exec,
  type Pod,
  podLinux,
  sharedPod,
  shell,
  startContainer,
  startPod,
  uniqueName,
} from "../pod.ts";
import { needs, subject } from "../subject.ts";

const pod = sharedPod();

/** Bits of include/uapi/linux/capability.h. */
const bits = { CHOWN: 0n, NET_BIND_SERVICE: 10n, NET_ADMIN: 12n, SYS_ADMIN: 21n, MKNOD: 27n };

function secured(security: LinuxContainerSecurityContext, inPod: Pod = pod()): Promise<string> {
  return startContainer(inPod, { linux: containerLinux(security) });
}

async function statusLine(id: string, key: string): Promise<string> {
  return (await shell(id, `grep ^${key}: /proc/1/status`)).split(/\s+/)[1] ?? "";
}

async function effective(
  security: LinuxContainerSecurityContext,
): Promise<Record<keyof typeof bits, boolean>> {
  const set = BigInt(`0x${await statusLine(await secured(security), "CapEff")}`);
  const has = (bit: bigint) => (set & (1n << bit)) !== 0n;
  return {
    CHOWN: has(bits.CHOWN),
    NET_BIND_SERVICE: has(bits.NET_BIND_SERVICE),
    NET_ADMIN: has(bits.NET_ADMIN),
    SYS_ADMIN: has(bits.SYS_ADMIN),
    MKNOD: has(bits.MKNOD),
  };
}

describe("capabilities", () => {
  test("are few without a word", async () => {
    const set = await effective({});
    assert.deepEqual([set.CHOWN, set.NET_ADMIN, set.SYS_ADMIN], [true, false, false]);
  });

  test("can be added and dropped", async () => {
    const set = await effective({
      capabilities: { addCapabilities: ["NET_ADMIN"], dropCapabilities: ["CHOWN"] },
    });
    assert.deepEqual([set.CHOWN, set.NET_ADMIN, set.SYS_ADMIN], [false, true, false]);
  });

  test("are none after ALL is dropped, but for those that are added", async () => {
    const capabilities = { dropCapabilities: ["ALL"], addCapabilities: ["NET_BIND_SERVICE"] };
    const set = await effective({ capabilities });
    assert.deepEqual(
      Object.entries(set).flatMap(([name, held]) => (held ? [name] : [])),
      ["NET_BIND_SERVICE"],
    );
  });

  test("are all that the node has after ALL is added, but for those that are dropped", async () => {
    const set = await effective({
      capabilities: { addCapabilities: ["ALL"], dropCapabilities: ["MKNOD"] },
    });
    assert.deepEqual([set.NET_ADMIN, set.SYS_ADMIN, set.MKNOD], [true, true, false]);
  });
});

/** The options of the mount of /sys itself; those of its superblock are the first mounter's. */
function sysOptions(id: string): Promise<string> {
  return shell(id, "awk '$5 == \"/sys\" {print $6}' /proc/self/mountinfo");
}

describe("a privileged container", () => {
  const privileged = { linux: podLinux({}, { privileged: true }) };

  test("has every capability of the node, and so has a command in it", async (t) => {
    const id = await secured({ privileged: true }, await startPod(t, privileged));
    const set = BigInt(`0x${await statusLine(id, "CapEff")}`);
    assert.equal((set >> bits.SYS_ADMIN) & 1n, 1n);
    const own = BigInt(`0x${await shell(id, "grep ^CapEff: /proc/self/status | cut -f 2")}`);
    assert.equal(own, set);
  });

  test("sees the node's devices", async (t) => {
    const id = await secured({ privileged: true }, await startPod(t, privileged));
    const found = await shell(id, "ls /dev");
    assert.ok(found.split("\n").length > 20, found);
  });

  test("may write to /sys", needs("privileged-sys"), async (t) => {
    const id = await secured({ privileged: true }, await startPod(t, privileged));
    assert.match(await sysOptions(id), /^rw,/);
  });

  test("is not what another one is", async () => {
    const id = await secured({});
    assert.match(await sysOptions(id), /^ro,/);
    assert.notEqual((await exec(id, ["mount", "-t", "tmpfs", "tmpfs", "/tmp"])).exitCode, 0);
  });
});

test("no_new_privs holds exactly when it is asked for", async () => {
  assert.equal(await statusLine(await secured({ noNewPrivs: true }), "NoNewPrivs"), "1");
  assert.equal(await statusLine(await secured({ noNewPrivs: false }), "NoNewPrivs"), "0");
});

describe("seccomp", () => {
  const mode = async (security: LinuxContainerSecurityContext) =>
    statusLine(await secured(security), "Seccomp");

  test("RuntimeDefault filters, Unconfined does not", needs("seccomp"), async () => {
    assert.equal(await mode({ seccomp: { profileType: "RuntimeDefault" } }), "2");
    assert.equal(await mode({ seccomp: { profileType: "Unconfined" } }), "0");
  });

  test("a local profile filters what it names", needs("seccomp"), async () => {
    const localhostRef = join(subject.workFolder, `${uniqueName("profile")}.json`);
    const syscalls = [{ names: ["mkdir", "mkdirat"], action: "SCMP_ACT_ERRNO" }];
    await writeFile(localhostRef, JSON.stringify({ defaultAction: "SCMP_ACT_ALLOW", syscalls }));
    const id = await secured({ seccomp: { profileType: "Localhost", localhostRef } });
    const { exitCode, stderr } = await exec(id, ["mkdir", "/tmp/folder"]);
    assert.notEqual(exitCode, 0);
    assert.match(stderr, /not permitted/);
  });

  test("a privileged container is not filtered", needs("seccomp"), async (t) => {
    const inPod = await startPod(t, { linux: podLinux({}, { privileged: true }) });
    assert.equal(await statusLine(await secured({ privileged: true }, inPod), "Seccomp"), "0");
  });
});

test("a read-only root file system refuses writes, but for what is mounted", async () => {
  const id = await secured({ readonlyRootfs: true });
  assert.match((await exec(id, ["touch", "/file"])).stderr, /Read-only/);
  assert.equal(await shell(id, "touch /dev/shm/file && echo written"), "written");
  const writable = await secured({});
  assert.equal(await shell(writable, "touch /file && echo written"), "written");
});

test("masked paths are empty, read-only paths refuse writes", async () => {
  const id = await secured({
    maskedPaths: ["/proc/version", "/sys/kernel"],
    readonlyPaths: ["/proc/sys"],
  });
  assert.equal(await shell(id, "cat /proc/version"), "");
  assert.equal(await shell(id, "ls /sys/kernel"), "");
  assert.match(await shell(id, "grep ' /proc/sys ' /proc/mounts"), / ro[, ]/);
});
