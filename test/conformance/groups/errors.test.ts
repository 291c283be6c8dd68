import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { describe, test } from "node:test";
import type { PodSandboxConfig } from "../../../src/gen/runtime/v1/PodSandboxConfig.ts";
import {
  containerConfig,
  createContainer,
  podConfig,
  podStatus,
  removePod,
  runToEnd,
  sharedPod,
  startContainer,
  startPod,
} from "../pod.ts";
import { notFound, refused } from "../refusal.ts";
import { needs, runtime, subject } from "../subject.ts";

const pod = sharedPod();
const missing = "f".repeat(64);

describe("doing it again is no error:", () => {
  test("stopping a sandbox", async (t) => {
    const { id } = await startPod(t);
    for (let time = 0; time < 3; time += 1) await runtime("StopPodSandbox", { podSandboxId: id });
    assert.equal((await podStatus(id)).state, "SANDBOX_NOTREADY");
  });

  test("removing a sandbox", async (t) => {
    const { id } = await startPod(t);
    for (let time = 0; time < 3; time += 1) await runtime("RemovePodSandbox", { podSandboxId: id });
  });

  test("stopping a container, or one that has ended by itself", async () => {
    const containerId = await startContainer(pod());
    for (let time = 0; time < 3; time += 1)
      await runtime("StopContainer", { containerId, timeout: 0 });
    const { id } = await runToEnd(pod(), { command: ["true"] });
    await runtime("StopContainer", { containerId: id, timeout: 10 });
  });

  test("removing a container", async () => {
    const containerId = await createContainer(pod());
    for (let time = 0; time < 3; time += 1) await runtime("RemoveContainer", { containerId });
  });
});

describe("of what does not exist,", () => {
  test("removing is a success", async () => {
    await runtime("RemovePodSandbox", { podSandboxId: missing });
    await runtime("RemoveContainer", { containerId: missing });
  });

  test("stopping is a success", needs("stop-missing"), async () => {
    await runtime("StopPodSandbox", { podSandboxId: missing });
    await runtime("StopContainer", { containerId: missing, timeout: 1 });
  });

  test("everything else is NotFound", async () => {
    const config = containerConfig();
    await notFound(runtime("PodSandboxStatus", { podSandboxId: missing }));
    await notFound(runtime("ContainerStatus", { containerId: missing }));
    await notFound(runtime("StartContainer", { containerId: missing }));
    await notFound(runtime("ReopenContainerLog", { containerId: missing }));
    await notFound(runtime("ContainerStats", { containerId: missing }));
    await notFound(
      runtime("UpdateContainerResources", { containerId: missing, linux: { cpuShares: 2 } }),
    );
    const request = { podSandboxId: missing, config, sandboxConfig: podConfig() };
    await refused(runtime("CreateContainer", request), "NotFound");
  });
});

/** Asserts that a sandbox is refused; one that is not is removed all the same. */
async function refuseSandbox(config: PodSandboxConfig | null): Promise<void> {
  const run = runtime("RunPodSandbox", { config });
  try {
    await refused(run, "InvalidArgument");
  } catch (thrown) {
    const { podSandboxId } = await run;
    await removePod(podSandboxId);
    throw thrown;
  }
}

describe("a sandbox is refused", () => {
  test("without a configuration", () => refuseSandbox(null));

  test("without metadata", () => refuseSandbox(podConfig({ metadata: null })));

  for (const field of ["name", "namespace"]) {
    test(`without a ${field}`, needs("field-validation"), () => {
      const config = podConfig();
      return refuseSandbox({ ...config, metadata: { ...config.metadata, [field]: "" } });
    });
  }

  test("with a log directory that is no absolute path", needs("path-validation"), () =>
    refuseSandbox(podConfig({ logDirectory: "relative/folder" })),
  );

  test("with a line break in its DNS settings", needs("line-validation"), () =>
    refuseSandbox(podConfig({ dnsConfig: { servers: ["10.0.0.1\nnameserver 10.0.0.2"] } })),
  );
});

describe("a container is refused", () => {
  async function refuse(config: object | null): Promise<void> {
    const request = { podSandboxId: pod().id, config, sandboxConfig: pod().config };
    await refused(runtime("CreateContainer", request), "InvalidArgument");
  }

  test("without metadata", () => refuse({ ...containerConfig(), metadata: null }));

  test("without a configuration", () => refuse(null));

  test("without an image", () => refuse({ ...containerConfig(), image: null }));

  test("without a name", needs("field-validation"), () =>
    refuse({ ...containerConfig(), metadata: { name: "", attempt: 0 } }),
  );

  test("with an image that is not there", async () => {
    const config = containerConfig({
      image: { image: `${subject.images.first.repository}:missing` },
    });
    const request = { podSandboxId: pod().id, config, sandboxConfig: pod().config };
    await refused(runtime("CreateContainer", request), "NotFound");
  });

  test("with a log path that leaves the log directory", needs("path-validation"), async () => {
    await refuse(containerConfig({ logPath: "../../escaped.log" }));
    await refuse(containerConfig({ logPath: "/absolute.log" }));
  });

  test("with a number that no enum has", needs("enum-validation"), async () => {
    const mounts = [{ containerPath: "/x", hostPath: subject.workFolder, propagation: 99 }];
    await refuse({ ...containerConfig(), mounts });
  });
});

test("garbage on the socket disturbs nobody", async () => {
  const socket = connect(subject.endpoint.replace("unix://", ""));
  await once(socket, "connect");
  socket.on("error", () => undefined);
  const closed = new Promise((resolve) => socket.on("close", resolve));
  socket.end(Buffer.from("GET / HTTP/1.1\r\n\r\n\0\xff\xfe garbage".repeat(100), "latin1"));
  socket.resume();
  await closed;
  assert.equal((await runtime("Version", {})).runtimeApiVersion, "v1");
});

test("a message over 16 MiB is refused and disturbs nobody", async () => {
  const config = podConfig({ annotations: { big: "x".repeat(16 << 20) } });
  await assert.rejects(runtime("RunPodSandbox", { config }), { kind: "ResourceExhausted" });
  assert.equal((await runtime("Version", {})).runtimeApiVersion, "v1");
});
