import assert from "node:assert/strict";
import { test } from "node:test";
import { containerCgroup, foldersOf, podCgroup, processFolder } from "./container-cgroup.ts";

test("a process that moved into a child is measured at the container", () => {
  const paths = {
    controllers: new Map([
      ["memory", "/m/pod/docker-abc.scope/init"],
      ["cpuacct", "/c/pod/docker-abc.scope"],
    ]),
    unified: "/u/pod/docker-abc.scope/init/x",
  };
  assert.deepEqual(containerCgroup(paths, "abc"), {
    controllers: new Map([
      ["memory", "/m/pod/docker-abc.scope"],
      ["cpuacct", "/c/pod/docker-abc.scope"],
    ]),
    unified: "/u/pod/docker-abc.scope",
  });
});

test("a hierarchy that the engine does not use is left out, as v2 on a hybrid node", () => {
  const paths = {
    controllers: new Map([
      ["memory", "/m/pod/abc"],
      ["rdma", "/r/system.slice"],
    ]),
    unified: "/u/system.slice/docker.service",
  };
  const own = { controllers: new Map([["memory", "/m/pod/abc"]]), unified: undefined };
  assert.deepEqual(containerCgroup(paths, "abc"), own);
});

test("another process with the container's old number is not the container", () => {
  const paths = { controllers: new Map([["memory", "/m/user.slice"]]), unified: "/u/user.slice" };
  assert.equal(containerCgroup(paths, "abc"), undefined);
});

test("the pod's cgroup is the one above, by the last name of the cgroup parent", () => {
  const container = {
    controllers: new Map([["memory", "/m/kubepods.slice/kubepods-pod1.slice/docker-abc.scope"]]),
    unified: "/u/kubepods.slice/kubepods-pod1.slice/docker-abc.scope",
  };
  const pod = {
    controllers: new Map([["memory", "/m/kubepods.slice/kubepods-pod1.slice"]]),
    unified: "/u/kubepods.slice/kubepods-pod1.slice",
  };
  for (const parent of ["/kubepods.slice/kubepods-pod1.slice", "kubepods-pod1.slice"])
    assert.deepEqual(podCgroup(container, parent), pod);
});

test("a pod without a cgroup parent, or with one that the engine did not heed, has no cgroup of its own", () => {
  const container = { controllers: new Map([["memory", "/m/docker/abc"]]), unified: undefined };
  assert.equal(podCgroup(container, ""), undefined);
  assert.equal(podCgroup(container, "/kubepods/pod1"), undefined);
});

test("each folder is told once, and processes are counted where the pids controller is", () => {
  const controllers = new Map([
    ["cpu", "/c/abc"],
    ["cpuacct", "/c/abc"],
    ["pids", "/p/abc"],
  ]);
  const cgroup = { controllers, unified: "/u/abc" };
  assert.deepEqual([...foldersOf(cgroup)], ["/c/abc", "/p/abc", "/u/abc"]);
  assert.equal(processFolder(cgroup), "/p/abc");
  assert.equal(processFolder({ controllers: new Map(), unified: "/u/abc" }), "/u/abc");
});
