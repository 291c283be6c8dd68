import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readFile, rmdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import {
  type ContainerProcess,
  writeCgroupLimits,
} from "../../src/backends/docker/cgroup-writing.ts";
import { cgroupOf } from "../../src/host/cgroup.ts";
import { eventually } from "../harness/eventually.ts";

const containerId = "e".repeat(64);

/** A process in a cgroup of its own below another one. */
async function limited(
  t: TestContext,
  below: string,
): Promise<{ target: ContainerProcess; above: string; folder: string }> {
  const above = join(below, "cf-e-limits");
  const folder = join(above, containerId);
  await mkdir(folder, { recursive: true });
  const child = spawn("sleep", ["1000"], { stdio: "ignore" });
  t.after(async () => {
    child.kill("SIGKILL");
    await once(child, "exit");
    for (const path of [folder, above]) {
      await eventually("the cgroup is empty", () => rmdir(path).then(() => true));
    }
  });
  const pid = child.pid ?? 0;
  await writeFile(join(folder, "cgroup.procs"), String(pid));
  return { target: { pid, containerId }, above, folder };
}

const own = await cgroupOf(process.pid);
const v1Folder = own.controllers.get("cpu");
/** With v2, processes and controllers of children are no neighbours: only the root, not our own cgroup, has both. */
const parent = v1Folder ?? "/sys/fs/cgroup";

const quota = { controller: "cpu", file: "cpu.cfs_quota_us", required: true };

test("a limit is written; one that the kernel refuses is good only where a parent enforces it", async (t) => {
  if (v1Folder === undefined) return t.skip("cgroup v2 takes bounds above those of a parent");
  const { target, above, folder } = await limited(t, v1Folder);
  await writeFile(join(above, "cpu.cfs_quota_us"), "50000");
  await writeCgroupLimits(target, [{ ...quota, value: "20000", upperBound: true }]);
  assert.equal(await readFile(join(folder, "cpu.cfs_quota_us"), "utf8"), "20000\n");
  // More than the parent has: the kernel answers EINVAL, and the container is bounded all the same.
  await writeCgroupLimits(target, [{ ...quota, value: "90000", upperBound: true }]);
  await assert.rejects(
    writeCgroupLimits(target, [{ ...quota, value: "90000", upperBound: false }]),
    {
      kind: "FailedPrecondition",
      message: /cpu\.cfs_quota_us/,
    },
  );
});

test("a limit that the kernel does not know is skipped unless it must be kept", async (t) => {
  const { target } = await limited(t, parent);
  const controller = v1Folder === undefined ? "unified" : "hugetlb";
  const write = { controller, file: "hugetlb.7MB.limit_in_bytes", value: "0" };
  await writeCgroupLimits(target, [{ ...write, upperBound: true, required: false }]);
  await assert.rejects(
    writeCgroupLimits(target, [{ ...write, upperBound: true, required: true }]),
    { kind: "FailedPrecondition", message: /has no hugetlb\.7MB\.limit_in_bytes/ },
  );
});

test("on cgroup v2 a value is written, and one that the kernel refuses is an error", async (t) => {
  if (v1Folder !== undefined) return t.skip("needs a node with cgroup v2 alone");
  const { target, above, folder } = await limited(t, parent);
  await writeFile(join(above, "cgroup.subtree_control"), "+memory");
  const write = { controller: "unified", file: "memory.high", required: true, upperBound: false };
  await writeCgroupLimits(target, [{ ...write, value: String(1 << 30) }]);
  assert.equal(await readFile(join(folder, "memory.high"), "utf8"), `${1 << 30}\n`);
  await assert.rejects(writeCgroupLimits(target, [{ ...write, value: "much" }]), {
    kind: "FailedPrecondition",
    message: /memory\.high/,
  });
});
