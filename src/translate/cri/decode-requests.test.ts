import assert from "node:assert/strict";
import { test } from "node:test";
import { refusalOf } from "../../../test/refusal.ts";
import { throughTheWire } from "../../../test/wire.ts";
import { noResources } from "../../model/resources.ts";
import * as container from "./decode-container-requests.ts";
import { decodeExecSync } from "./decode-exec-requests.ts";
import * as image from "./decode-image-requests.ts";
import * as sandbox from "./decode-pod-sandbox-requests.ts";
import { decodeStatus, decodeUpdateRuntimeConfig } from "./decode-runtime-requests.ts";
import { decodeContainerStats, decodeListContainerStats } from "./decode-stats-requests.ts";
import { decodeAttach, decodeExec, decodePortForward } from "./decode-stream-requests.ts";

const id = "0123456789abcdef";
const metadata = { name: "web", namespace: "shop", uid: "u" };
const spec = {
  image: "busybox",
  annotations: {},
  userSpecifiedImage: "",
  runtimeHandler: "",
  imageRef: "",
};

test("requests that carry an id only return it, whole or short", () => {
  const byContainer = [
    container.decodeStartContainer,
    container.decodeRemoveContainer,
    container.decodeReopenContainerLog,
    decodeContainerStats,
  ];
  const bySandbox = [sandbox.decodeStopPodSandbox, sandbox.decodeRemovePodSandbox];
  for (const decode of byContainer) {
    assert.equal(decode({ containerId: id }), id);
    assert.match(
      refusalOf(() => decode({ containerId: "" })),
      /^container_id: must be an id/,
    );
  }
  for (const decode of bySandbox) {
    assert.equal(decode({ podSandboxId: "a" }), "a");
    assert.match(
      refusalOf(() => decode({ podSandboxId: "../x" })),
      /^pod_sandbox_id: must be an id/,
    );
  }
});

test("an id has 1 to 128 plain characters", () => {
  const good = ["a", "A-b_c.9", "f".repeat(128)];
  const bad = ["", "a b", "a/b", "ä", "a\n", "f".repeat(129)];
  for (const text of good) assert.equal(decodeContainerStats({ containerId: text }), text);
  for (const text of bad) refusalOf(() => decodeContainerStats({ containerId: text }));
});

test("RunPodSandbox has a configuration and a handler", () => {
  const request = throughTheWire("RunPodSandboxRequest", {
    config: { metadata },
    runtimeHandler: "runsc",
  });
  const decoded = sandbox.decodeRunPodSandbox(request);
  assert.equal(decoded.runtimeHandler, "runsc");
  assert.deepEqual(decoded.config.metadata, { ...metadata, attempt: 0 });
  assert.equal(
    refusalOf(() => sandbox.decodeRunPodSandbox({ config: null, runtimeHandler: "" })),
    "config: is missing",
  );
});

test("statuses tell whether more is wanted", () => {
  assert.deepEqual(sandbox.decodePodSandboxStatus({ podSandboxId: id, verbose: true }), {
    id,
    verbose: true,
  });
  assert.deepEqual(container.decodeContainerStatus({ containerId: id, verbose: false }), {
    id,
    verbose: false,
  });
  assert.deepEqual(decodeStatus({ verbose: true }), { verbose: true });
});

test("an absent filter and an empty one select everything", () => {
  const everything = { id: undefined, podSandboxId: undefined, labelSelector: {} };
  for (const filter of [null, {}] as const) {
    assert.deepEqual(
      sandbox.decodeListPodSandbox(throughTheWire("ListPodSandboxRequest", { filter })),
      { id: undefined, state: undefined, labelSelector: {} },
    );
    assert.deepEqual(
      container.decodeListContainers(throughTheWire("ListContainersRequest", { filter })),
      { ...everything, state: undefined },
    );
    assert.deepEqual(
      decodeListContainerStats(throughTheWire("ListContainerStatsRequest", { filter })),
      everything,
    );
  }
});

test("a wrapped zero is a state, not its absence", () => {
  const sandboxes = throughTheWire("ListPodSandboxRequest", {
    filter: { id, state: { state: "SANDBOX_READY" }, labelSelector: { a: "b" } },
  });
  assert.deepEqual(sandbox.decodeListPodSandbox(sandboxes), {
    id,
    state: "READY",
    labelSelector: { a: "b" },
  });
  const containers = throughTheWire("ListContainersRequest", {
    filter: { podSandboxId: id, state: { state: "CONTAINER_CREATED" } },
  });
  assert.deepEqual(container.decodeListContainers(containers), {
    id: undefined,
    state: "CREATED",
    podSandboxId: id,
    labelSelector: {},
  });
});

test("a filter's ids and states are checked", () => {
  const badId = throughTheWire("ListContainersRequest", { filter: { id: "a b" } });
  assert.match(
    refusalOf(() => container.decodeListContainers(badId)),
    /^filter\.id: /,
  );
  const badState = throughTheWire("ListPodSandboxRequest", {
    filter: { state: { state: 4 as 0 } },
  });
  assert.equal(
    refusalOf(() => sandbox.decodeListPodSandbox(badState)),
    "filter.state.state: 4 is not known: must be one of SANDBOX_READY, SANDBOX_NOTREADY",
  );
});

test("CreateContainer checks the sandbox's configuration when it comes along", () => {
  const config = { metadata: { name: "c" }, image: { image: "busybox" }, logPath: "c.log" };
  const request = (sandboxConfig: object | null) =>
    throughTheWire("CreateContainerRequest", { podSandboxId: id, config, sandboxConfig });
  assert.equal(container.decodeCreateContainer(request(null)).config.logPath, "c.log");
  const logged = { metadata, logDirectory: "/var/log/pods/x" };
  assert.equal(container.decodeCreateContainer(request(logged)).podSandboxId, id);
  assert.match(
    refusalOf(() => container.decodeCreateContainer(request({ metadata }))),
    /^sandbox_config\.log_directory: must be absolute/,
  );
  assert.equal(
    refusalOf(() => container.decodeCreateContainer(request({}))),
    "sandbox_config.metadata: is missing",
  );
});

test("StopContainer's grace period is seconds, and never negative", () => {
  assert.deepEqual(container.decodeStopContainer({ containerId: id, timeout: "86400" }), {
    id,
    graceSeconds: 86_400,
  });
  assert.deepEqual(container.decodeStopContainer({ containerId: id, timeout: "0" }), {
    id,
    graceSeconds: 0,
  });
  for (const timeout of ["-1", "9223372036854775807"]) {
    const message = refusalOf(() => container.decodeStopContainer({ containerId: id, timeout }));
    assert.match(message, /^timeout: must be a number from 0 to /);
  }
});

test("UpdateContainerResources may say nothing, but nothing of Windows", () => {
  const decode = (linux: object | null, windows: object | null) =>
    container.decodeUpdateContainerResources(
      throughTheWire("UpdateContainerResourcesRequest", { containerId: id, linux, windows }),
    );
  assert.deepEqual(decode({ cpuShares: 7 }, null), {
    id,
    resources: { ...noResources, cpuShares: 7 },
  });
  assert.deepEqual(decode(null, null).resources, noResources);
  assert.match(
    refusalOf(() => decode(null, {})),
    /^windows: /,
  );
});

test("ExecSync needs a program", () => {
  assert.deepEqual(decodeExecSync({ containerId: id, cmd: ["sh", ""], timeout: "5" }), {
    containerId: id,
    command: ["sh", ""],
    timeoutSeconds: 5,
  });
  const decode = (cmd: string[], timeout: string) => () =>
    decodeExecSync({ containerId: id, cmd, timeout });
  assert.equal(decode(["sh"], "0")().timeoutSeconds, undefined);
  assert.match(refusalOf(decode([], "0")), /^cmd: must begin with a program/);
  assert.match(refusalOf(decode([""], "0")), /^cmd: must begin with a program/);
  assert.match(refusalOf(decode(["sh", "\0"], "0")), /^cmd\[1\]: /);
  assert.match(refusalOf(decode(["sh"], "-1")), /^timeout: /);
});

test("image requests need an image, a list's filter does not", () => {
  const { decodeImageStatus, decodeListImages, decodePullImage, decodeRemoveImage } = image;
  assert.equal(decodeListImages({ filter: null }), undefined);
  assert.equal(decodeListImages(throughTheWire("ListImagesRequest", { filter: {} })), undefined);
  const empty = throughTheWire("ListImagesRequest", { filter: { image: {} } });
  assert.equal(decodeListImages(empty), undefined);
  assert.deepEqual(decodeListImages({ filter: { image: spec } }), spec);
  assert.deepEqual(decodeImageStatus({ image: spec, verbose: true }), { spec, verbose: true });
  assert.deepEqual(decodeRemoveImage({ image: spec }), spec);
  assert.deepEqual(decodePullImage({ image: spec, auth: null, sandboxConfig: null }), {
    spec,
    auth: { type: "anonymous" },
    sandboxConfig: undefined,
  });
  assert.equal(
    refusalOf(() => decodeRemoveImage({ image: null })),
    "image: is missing",
  );
  const unnamed = { ...spec, image: "" };
  assert.equal(
    refusalOf(() => decodeRemoveImage({ image: unnamed })),
    "image.image: must not be empty",
  );
});

test("PullImage knows the sandbox that the image is for", () => {
  const request = throughTheWire("PullImageRequest", { image: spec, sandboxConfig: { metadata } });
  assert.equal(image.decodePullImage(request).sandboxConfig?.metadata.uid, "u");
});

test("UpdateRuntimeConfig takes one CIDR, two, or none", () => {
  const decode = (podCidr: string) =>
    decodeUpdateRuntimeConfig({ runtimeConfig: { networkConfig: { podCidr } } });
  for (const podCidr of ["", "10.1.0.0/24", "10.1.0.0/24,fd00::/64"]) {
    assert.equal(decode(podCidr), podCidr);
  }
  assert.equal(decodeUpdateRuntimeConfig({ runtimeConfig: null }), "");
  for (const podCidr of ["10.1.0.0", "10.1.0.0/33", "x/8", "10.1.0.0/24,", "10.1.0.0/24\n"]) {
    assert.match(
      refusalOf(() => decode(podCidr)),
      /^runtime_config\.network_config\.pod_cidr: /,
    );
  }
});

test("a pull with a sandbox configuration that names no sandbox is a pull for no pod", () => {
  const wire = throughTheWire("PullImageRequest", {
    image: { image: "busybox" },
    sandboxConfig: {},
  });
  assert.equal(image.decodePullImage(wire).sandboxConfig, undefined);
});

test("exec and attach ask for at least one stream, and with a terminal not for stderr", () => {
  const all = { stdin: true, stdout: true, stderr: true, tty: false };
  const exec = (changes: object) => ({ containerId: id, cmd: ["sh", ""], ...all, ...changes });
  assert.deepEqual(decodeExec(exec({})), { containerId: id, command: ["sh", ""], streams: all });
  assert.deepEqual(decodeAttach({ containerId: id, ...all }), { containerId: id, streams: all });
  const terminal = { ...all, tty: true, stderr: false };
  assert.deepEqual(decodeExec(exec(terminal)).streams, terminal);
  const refused = [
    [{ containerId: "" }, /^container_id: must be an id/],
    [{ cmd: [] }, /^cmd: must begin with a program/],
    [{ cmd: ["a\0"] }, /^cmd\[0\]: must not contain NUL/],
    [{ tty: true }, /^stderr: must not be asked for with tty/],
    [
      { stdin: false, stdout: false, stderr: false },
      /^stdin: or stdout or stderr must be asked for/,
    ],
  ] as const;
  for (const [changes, words] of refused) {
    assert.match(
      refusalOf(() => decodeExec(exec(changes))),
      words,
    );
  }
  assert.match(
    refusalOf(() => decodeAttach({ containerId: id, ...all, tty: true })),
    /^stderr: must not be asked for with tty/,
  );
});

test("port-forward names a pod and perhaps ports", () => {
  assert.deepEqual(decodePortForward({ podSandboxId: id, port: [] }), {
    podSandboxId: id,
    ports: [],
  });
  assert.deepEqual(decodePortForward({ podSandboxId: id, port: [80, 65_535] }).ports, [80, 65_535]);
  for (const port of [0, -1, 65_536]) {
    assert.match(
      refusalOf(() => decodePortForward({ podSandboxId: id, port: [80, port] })),
      /^port\[1\]: must be a number from 1 to 65535/,
    );
  }
});
