import assert from "node:assert/strict";
import { test } from "node:test";
import {
  cgroupFolder,
  parseCgroupMounts,
  parseMemberships,
  pathInHierarchy,
} from "./cgroup-mounts.ts";

const hybrid = `31 23 0:28 / /sys/fs/cgroup rw,relatime shared:5 - tmpfs tmpfs rw,mode=755
32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw,relatime shared:6 - cgroup cgroup rw,cpu,cpuacct
35 31 0:32 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory
40 31 0:37 / /sys/fs/cgroup/systemd rw,relatime shared:14 master:1 - cgroup cgroup rw,name=systemd
41 31 0:38 / /sys/fs/cgroup/unified rw,relatime shared:15 - cgroup2 cgroup2 rw
`;

test("v1, named and v2 hierarchies are found, other mounts are not", () => {
  const mounts = parseCgroupMounts(hybrid);
  assert.deepEqual(
    mounts.map(({ mountpoint, controllers }) => [
      mountpoint,
      controllers.filter((name) => name !== "rw"),
    ]),
    [
      ["/sys/fs/cgroup/cpu,cpuacct", ["cpu", "cpuacct"]],
      ["/sys/fs/cgroup/memory", ["memory"]],
      ["/sys/fs/cgroup/systemd", ["name=systemd"]],
      ["/sys/fs/cgroup/unified", []],
    ],
  );
});

test("a mount point with a space is read", () => {
  const [mount] = parseCgroupMounts("1 2 0:3 / /a\\040b rw - cgroup2 cgroup2 rw");
  assert.equal(mount?.mountpoint, "/a b");
});

test("memberships keep colons in their path", () => {
  assert.deepEqual(parseMemberships("4:memory:/a:b\n3:cpu,cpuacct:/x\n0::/y\n"), [
    { controllers: ["memory"], path: "/a:b" },
    { controllers: ["cpu", "cpuacct"], path: "/x" },
    { controllers: [], path: "/y" },
  ]);
});

test("a folder is the mount point and the path, of the right hierarchy", () => {
  const mounts = parseCgroupMounts(hybrid);
  assert.equal(cgroupFolder(mounts, ["memory"], "/k/p"), "/sys/fs/cgroup/memory/k/p");
  assert.equal(cgroupFolder(mounts, [], "/k/p"), "/sys/fs/cgroup/unified/k/p");
  assert.equal(cgroupFolder(mounts, ["pids"], "/k/p"), undefined);
});

test("of a bind-mounted part only what lies in it has a folder", () => {
  const mounts = parseCgroupMounts("1 2 0:3 /docker/abc /cg rw - cgroup2 cgroup2 rw");
  assert.equal(cgroupFolder(mounts, [], "/docker/abc/leaf"), "/cg/leaf");
  assert.equal(cgroupFolder(mounts, [], "/docker/abc"), "/cg/");
  assert.equal(cgroupFolder(mounts, [], "/docker/abcdef"), undefined);
});

test("a folder's path in its hierarchy begins at the hierarchy's own top", () => {
  const mounts = parseCgroupMounts(hybrid);
  assert.equal(pathInHierarchy(mounts, "/sys/fs/cgroup/memory/k/p"), "/k/p");
  assert.equal(pathInHierarchy(mounts, "/sys/fs/cgroup/unified"), "/");
  assert.equal(pathInHierarchy(mounts, "/elsewhere/k"), "");
  const part = parseCgroupMounts("1 2 0:3 /docker/abc /cg rw - cgroup2 cgroup2 rw");
  assert.equal(pathInHierarchy(part, "/cg/leaf"), "/docker/abc/leaf");
});
