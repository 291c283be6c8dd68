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

/** A process in a cgroup below one that has half a CPU; undefined where the kernel has no cgroup v1. */
async function limited(
  t: TestContext,
): Promise<{ target: ContainerProcess; folder: string } | undefined> {
  const own = (await cgroupOf(process.pid)).controllers.get("cpu");
  if (own === undefined) return undefined;
  const above = join(own, "cf-e-limits");
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
  await writeFile(join(above, "cpu.cfs_quota_us"), "50000");
  const pid = child.pid ?? 0;
  await writeFile(join(folder, "cgroup.procs"), String(pid));
  return { target: { pid, containerId }, folder };
}

const quota = { controller: "cpu", file: "cpu.cfs_quota_us", required: true };

test("a limit is written; one that the kernel refuses is good only where a parent enforces it", async (t) => {
  const made = await limited(t);
  if (made === undefined) return t.skip("needs cgroup v1 with the cpu controller");
  const { target, folder } = made;
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
  const made = await limited(t);
  if (made === undefined) return t.skip("needs cgroup v1 with the cpu controller");
  const { target } = made;
  const write = { controller: "hugetlb", file: "hugetlb.7MB.limit_in_bytes", value: "0" };
  await writeCgroupLimits(target, [{ ...write, upperBound: true, required: false }]);
  await assert.rejects(
    writeCgroupLimits(target, [{ ...write, upperBound: true, required: true }]),
    { kind: "FailedPrecondition", message: /has no hugetlb\.7MB\.limit_in_bytes/ },
  );
});
