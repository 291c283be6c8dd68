import assert from "node:assert/strict";
import { test } from "node:test";
import { throughTheWire } from "../../../test/wire.ts";
import { ready } from "../../model/runtime.ts";
import { encodeRuntimeConfig, encodeStatus, encodeVersion } from "./encode-runtime.ts";

test("the version names the runtime and the interface", () => {
  const wire = encodeVersion({ runtimeName: "docker", runtimeVersion: "0.1.0" });
  assert.deepEqual(throughTheWire("VersionResponse", wire), {
    version: "0.1.0",
    runtimeName: "docker",
    runtimeVersion: "0.1.0",
    runtimeApiVersion: "v1",
  });
});

test("the status has both conditions, the handlers with their features, and what all can do", () => {
  const features = { recursiveReadOnlyMounts: true, userNamespaces: false };
  const wire = encodeStatus({
    runtime: ready,
    network: { ok: false, reason: "NetworkNotConfigured", message: "no file in /etc/cni/net.d" },
    handlers: [
      { name: "", features },
      { name: "runsc", features: { ...features, recursiveReadOnlyMounts: false } },
    ],
    supplementalGroupsPolicy: true,
    info: { docker: "{}" },
  });
  assert.deepEqual(throughTheWire("StatusResponse", wire), {
    status: {
      conditions: [
        { type: "RuntimeReady", status: true, reason: "", message: "" },
        {
          type: "NetworkReady",
          status: false,
          reason: "NetworkNotConfigured",
          message: "no file in /etc/cni/net.d",
        },
      ],
    },
    info: { docker: "{}" },
    runtimeHandlers: [
      { name: "", features: { recursiveReadOnlyMounts: true, userNamespaces: false } },
      { name: "runsc", features: { recursiveReadOnlyMounts: false, userNamespaces: false } },
    ],
    features: {
      supplementalGroupsPolicy: true,
      userNamespacesHostNetwork: false,
      mountOptions: false,
    },
  });
});

test("each cgroup driver has its word", () => {
  assert.deepEqual(encodeRuntimeConfig("systemd"), { linux: { cgroupDriver: "SYSTEMD" } });
  assert.deepEqual(encodeRuntimeConfig("cgroupfs"), { linux: { cgroupDriver: "CGROUPFS" } });
});
