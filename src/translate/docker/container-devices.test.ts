import assert from "node:assert/strict";
import { test } from "node:test";
import { docker28, exampleInput, nestedNode, secured } from "../../../test/fixtures/docker-pod.ts";
import { devicesPart, hostDevicePaths } from "./container-devices.ts";

test("devices keep their paths and permissions", () => {
  const devices = [{ hostPath: "/dev/kvm", containerPath: "/dev/k", permissions: "rw" }];
  assert.deepEqual(devicesPart(exampleInput({ devices })).hostConfig, {
    Devices: [{ PathOnHost: "/dev/kvm", PathInContainer: "/dev/k", CgroupPermissions: "rw" }],
  });
  assert.deepEqual(devicesPart(exampleInput()).hostConfig, {});
});

test("CDI devices are one request, where docker injects them", () => {
  const cdiDevices = ["vendor.com/gpu=0", "vendor.com/gpu=1"];
  const part = devicesPart(exampleInput({ cdiDevices }, { engine: docker28 }));
  assert.deepEqual(part.hostConfig, { DeviceRequests: [{ Driver: "cdi", DeviceIDs: cdiDevices }] });
  assert.throws(() => devicesPart(exampleInput({ cdiDevices })), {
    kind: "FailedPrecondition",
    message: /cdiDevices/,
  });
});

test("a container made privileged in parts may use any device and sees those of the host", () => {
  const rest = { limits: nestedNode, hostDevices: ["/dev/kvm"] };
  assert.deepEqual(devicesPart(secured({ privileged: true }, rest)).hostConfig, {
    Devices: [{ PathOnHost: "/dev/kvm", PathInContainer: "/dev/kvm", CgroupPermissions: "rwm" }],
    DeviceCgroupRules: ["a *:* rwm"],
  });
});

test("the host's devices are all but what each container has of its own", () => {
  function entry(name: string, kind: string): Parameters<typeof hostDevicePaths>[0][number] {
    return {
      name,
      isBlockDevice: () => kind === "block",
      isCharacterDevice: () => kind === "character",
      isDirectory: () => kind === "folder",
    };
  }
  const entries = [
    entry("vda", "block"),
    entry("kvm", "character"),
    entry("net", "folder"),
    entry("pts", "folder"),
    entry("shm", "folder"),
    entry("console", "character"),
    entry("stdin", "link"),
    entry(".udev", "folder"),
  ];
  assert.deepEqual(hostDevicePaths(entries), ["/dev/kvm", "/dev/net", "/dev/vda"]);
});
