import assert from "node:assert/strict";
import { test } from "node:test";
import { docker20, docker28 } from "../../../test/fixtures/docker-pod.ts";
import { noResources } from "../../model/resources.ts";
import { cgroupWrites } from "./cgroup-writes.ts";

test("hugepage limits have other files on v1 and v2, and a kernel without them is no error", () => {
  const wanted = { ...noResources, hugepageLimits: [{ pageSize: "2MB", limitBytes: 4_194_304n }] };
  const common = { value: "4194304", upperBound: true, required: false };
  assert.deepEqual(cgroupWrites(wanted, docker20), [
    { controller: "hugetlb", file: "hugetlb.2MB.limit_in_bytes", ...common },
  ]);
  assert.deepEqual(cgroupWrites(wanted, docker28), [
    { controller: "unified", file: "hugetlb.2MB.max", ...common },
  ]);
});

test("unified values need cgroup v2", () => {
  const wanted = { ...noResources, unified: { "memory.high": "1" } };
  assert.throws(() => cgroupWrites(wanted, docker20), { kind: "FailedPrecondition" });
  assert.equal(cgroupWrites(wanted, docker28)[0]?.upperBound, true);
});

test("names that leave the folder or steer the cgroup itself are invalid", () => {
  for (const file of [
    "../memory.max",
    "a/b.c",
    "memory",
    "cgroup.procs",
    "cgroup.kill",
    ".max",
    "",
  ])
    assert.throws(() => cgroupWrites({ ...noResources, unified: { [file]: "1" } }, docker28), {
      kind: "InvalidArgument",
    });
  const allowed = { "cgroup.max.depth": "2", "memory.oom.group": "1" };
  assert.equal(cgroupWrites({ ...noResources, unified: allowed }, docker28).length, 2);
});

test("a page size that is none is invalid", () => {
  for (const pageSize of ["", "2", "2mb", "../x", "2MB/"]) {
    const wanted = { ...noResources, hugepageLimits: [{ pageSize, limitBytes: 0n }] };
    assert.throws(() => cgroupWrites(wanted, docker20), { kind: "InvalidArgument" });
  }
});
