import assert from "node:assert/strict";
import { test } from "node:test";
import { needs, runtime } from "../subject.ts";

test("Version names the runtime and speaks v1", async () => {
  const version = await runtime("Version", { version: "v1" });
  assert.equal(version.runtimeApiVersion, "v1");
  assert.notEqual(version.runtimeName, "");
  assert.notEqual(version.runtimeVersion, "");
});

test("Status tells that the runtime and the network are ready", async () => {
  const { status } = await runtime("Status", {});
  const ready = status?.conditions.filter((condition) => condition.status).map(({ type }) => type);
  assert.ok(ready?.includes("RuntimeReady"));
  assert.ok(ready?.includes("NetworkReady"));
});

test("Status has extra information only when asked", async () => {
  assert.deepEqual((await runtime("Status", { verbose: false })).info, {});
  assert.notDeepEqual((await runtime("Status", { verbose: true })).info, {});
});

test("Status lists the default handler", needs("runtime-handlers"), async () => {
  const { runtimeHandlers } = await runtime("Status", {});
  assert.ok(runtimeHandlers.some(({ name }) => name === ""));
});

test("RuntimeConfig tells the cgroup driver", needs("runtime-config"), async () => {
  const { linux } = await runtime("RuntimeConfig", {});
  assert.ok(linux !== null && ["CGROUPFS", "SYSTEMD"].includes(linux.cgroupDriver));
});

test("UpdateRuntimeConfig takes a pod CIDR, an empty one too", async () => {
  const networkConfig = { podCidr: "" };
  await runtime("UpdateRuntimeConfig", { runtimeConfig: { networkConfig } });
});
