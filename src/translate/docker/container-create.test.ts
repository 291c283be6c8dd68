import assert from "node:assert/strict";
import { test } from "node:test";
import {
  docker28,
  exampleInput,
  examplePod,
  exampleSandbox,
  nestedNode,
} from "../../../test/fixtures/docker-pod.ts";
import { noResources } from "../../model/resources.ts";
import { containerCreate } from "./container-create.ts";

const image = exampleInput().image.id;

test("a kubelet's container becomes one create call", () => {
  const output = containerCreate(
    exampleInput({
      command: ["/app"],
      args: ["--port", "80"],
      workingDir: "/srv",
      envs: [{ key: "GREETING", value: Buffer.from("grüß=dich\n") }],
      stopSignal: "SIGQUIT",
      resources: {
        ...noResources,
        cpuPeriodMicros: 100_000,
        cpuQuotaMicros: 20_000,
        cpuShares: 204,
        memoryLimitBytes: 67_108_864,
        oomScoreAdj: 950,
        hugepageLimits: [{ pageSize: "2MB", limitBytes: 0n }],
      },
    }),
  );
  assert.deepEqual(output, {
    logFile: "/var/log/pods/shop_web-0_6a3f6b0e-5d5f-4c62/app/1.log",
    cgroupWrites: [
      {
        controller: "hugetlb",
        file: "hugetlb.2MB.limit_in_bytes",
        value: "0",
        upperBound: true,
        required: false,
      },
    ],
    create: {
      name: "k8s_app_web-0_shop_6a3f6b0e-5d5f-4c62_1",
      body: {
        Image: image,
        Entrypoint: ["/app"],
        Cmd: ["--port", "80"],
        Env: ["GREETING=grüß=dich\n"],
        WorkingDir: "/srv",
        StopSignal: "SIGQUIT",
        OpenStdin: false,
        StdinOnce: false,
        Tty: false,
        Healthcheck: { Test: ["NONE"] },
        Labels: {
          "io.kubernetes.container.name": "app",
          "annotation.io.kubernetes.container.hash": "1a2b",
          "io.kubernetes.docker.type": "container",
          "io.kubernetes.sandbox.id": exampleSandbox.id,
          "io.kubernetes.container.logpath":
            "/var/log/pods/shop_web-0_6a3f6b0e-5d5f-4c62/app/1.log",
        },
        HostConfig: {
          NetworkMode: `container:${exampleSandbox.id}`,
          IpcMode: `container:${exampleSandbox.id}`,
          CgroupParent: "/kubepods/burstable/pod6a3f6b0e",
          RestartPolicy: { Name: "no" },
          ShmSize: 67_108_864,
          Init: false,
          CpuPeriod: 100_000,
          CpuQuota: 20_000,
          CpuShares: 204,
          Memory: 67_108_864,
          MemorySwap: 67_108_864,
          OomScoreAdj: 950,
          ReadonlyRootfs: false,
          MaskedPaths: ["/proc/kcore"],
          ReadonlyPaths: ["/proc/sys"],
          SecurityOpt: [],
          Mounts: [],
          LogConfig: {
            Type: "json-file",
            Config: { "max-size": "8388608", "max-file": "4" },
          },
        },
      },
    },
  });
});

test("without a log folder or a log path there is no log file", () => {
  const config = { ...examplePod, logDirectory: "" };
  const sandbox = { ...exampleSandbox, config };
  assert.equal(containerCreate(exampleInput({}, { sandbox })).logFile, "");
  assert.equal(containerCreate(exampleInput({ logPath: "" })).logFile, "");
});

test("on cgroup v2 the values that docker's API lacks go into the container's own files", () => {
  const sandbox = { ...exampleSandbox, config: { ...examplePod, cgroupParent: "kubepods.slice" } };
  const resources = {
    ...noResources,
    oomScoreAdj: -997,
    hugepageLimits: [{ pageSize: "1GB", limitBytes: 1n << 30n }],
    unified: { "memory.min": "4096", "memory.high": "8192", "memory.oom.group": "1" },
  };
  const output = containerCreate(
    exampleInput(
      { resources },
      { sandbox, engine: docker28, limits: nestedNode, runtime: "runsc" },
    ),
  );
  const { HostConfig } = output.create.body;
  assert.equal(HostConfig.OomScoreAdj, 0);
  assert.equal(HostConfig.CgroupParent, "kubepods.slice");
  assert.equal(HostConfig.Runtime, "runsc");
  assert.deepEqual(
    output.cgroupWrites.map(({ controller, file, value }) => [controller, file, value]),
    [
      ["unified", "hugetlb.1GB.max", "1073741824"],
      ["unified", "memory.min", "4096"],
      ["unified", "memory.high", "8192"],
      ["unified", "memory.oom.group", "1"],
    ],
  );
});
