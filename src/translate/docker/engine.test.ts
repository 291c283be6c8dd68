import assert from "node:assert/strict";
import { test } from "node:test";
import { docker20, docker28, info28, version28 } from "../../../test/fixtures/docker-pod.ts";
import { engineFacts, handlerFeatures, negotiateApiVersion, runtimeHandlers } from "./engine.ts";

test("docker 20.10 is read as it is", () => {
  const { features, ...facts } = docker20;
  assert.deepEqual(facts, {
    apiVersion: "1.41",
    version: "20.10.24+dfsg1",
    cgroupVersion: 1,
    cgroupDriver: "cgroupfs",
    seccomp: true,
    apparmor: false,
    selinux: false,
    usernsRemap: false,
    rootless: false,
    runtimes: ["runc"],
    defaultRuntime: "runc",
    storageDriver: "overlay2",
    containerdImageStore: false,
    rootFolder: "/var/lib/docker",
    loggingDriver: "json-file",
  });
  assert.deepEqual(features, {
    recursiveReadOnly: false,
    recursiveReadOnlyRuntimes: [],
    imageMounts: false,
    imageMountsAtWill: false,
    cdi: false,
    limitsCapabilities: false,
  });
});

test("docker 28 with CDI has all that is asked for, with the runtime that says so", () => {
  assert.deepEqual(docker28.features, {
    recursiveReadOnly: true,
    recursiveReadOnlyRuntimes: ["runc"],
    imageMounts: true,
    imageMountsAtWill: false,
    cdi: true,
    limitsCapabilities: true,
  });
  assert.deepEqual(runtimeHandlers(docker28), [
    { name: "", features: { recursiveReadOnlyMounts: true, userNamespaces: false } },
    { name: "runc", features: { recursiveReadOnlyMounts: true, userNamespaces: false } },
    { name: "runsc", features: { recursiveReadOnlyMounts: false, userNamespaces: false } },
  ]);
});

test("recursive read-only needs Linux 5.12", () => {
  const old = engineFacts(version28, { ...info28, KernelVersion: "5.10.0-30-amd64" });
  assert.equal(handlerFeatures(old, "").recursiveReadOnlyMounts, false);
});

test("a runtime's garbage features mean none", () => {
  for (const text of ["{", "null", '{"mountOptions":"rro"}']) {
    const status = { "org.opencontainers.runtime-spec.features": text };
    const facts = engineFacts(version28, { ...info28, Runtimes: { runc: { status } } });
    assert.equal(handlerFeatures(facts, "").recursiveReadOnlyMounts, false);
  }
});

test("images kept in containerd are known by the driver's status", () => {
  const DriverStatus = [["driver-type", "io.containerd.snapshotter.v1"]] as const;
  assert.equal(engineFacts(version28, { ...info28, DriverStatus }).containerdImageStore, true);
});

test("the newest API version that both know is spoken", () => {
  const table = [
    ["1.12", "1.41", "1.41"],
    ["1.24", "1.45", "1.45"],
    ["1.24", "1.51", "1.48"],
    ["1.44", "1.55", "1.48"],
    ["1.50", "1.60", "1.50"],
  ] as const;
  for (const [MinAPIVersion, ApiVersion, expected] of table)
    assert.equal(negotiateApiVersion({ Version: "x", ApiVersion, MinAPIVersion }), expected);
});

test("an engine older than 20.10 is refused with what would do", () => {
  assert.throws(() => negotiateApiVersion({ Version: "19.03.15", ApiVersion: "1.40" }), {
    kind: "FailedPrecondition",
    message: /docker 19\.03\.15 speaks API 1\.40; it must be 1\.41/,
  });
});
