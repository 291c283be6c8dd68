import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { exampleContainer, examplePod } from "../../../test/fixtures/docker-pod.ts";
import { containerLabels, readLabels, sandboxLabels } from "./labels.ts";

test("a sandbox's labels are those of dockershim", () => {
  assert.deepEqual(sandboxLabels(examplePod), {
    app: "web",
    "io.kubernetes.pod.name": "web-0",
    "annotation.kubernetes.io/config.source": "api",
    "io.kubernetes.docker.type": "podsandbox",
    "io.kubernetes.container.name": "POD",
  });
});

test("a container's labels name its sandbox and its log file", () => {
  assert.deepEqual(containerLabels(exampleContainer, "abc", "/logs/app/1.log"), {
    "io.kubernetes.container.name": "app",
    "annotation.io.kubernetes.container.hash": "1a2b",
    "io.kubernetes.docker.type": "container",
    "io.kubernetes.sandbox.id": "abc",
    "io.kubernetes.container.logpath": "/logs/app/1.log",
  });
});

test("labels that docker took from the image are not the client's", () => {
  const image = { maintainer: "someone", "annotation.from.image": "x" };
  const docker = { ...image, ...containerLabels(exampleContainer, "abc", "") };
  const read = readLabels(docker, image);
  assert.deepEqual(read.labels, exampleContainer.labels);
  assert.deepEqual(read.annotations, exampleContainer.annotations);
});

test("containers that are not of a pod have no type", () => {
  assert.equal(readLabels(null).type, undefined);
  assert.equal(readLabels({ "io.kubernetes.docker.type": "other" }).type, undefined);
});

test("a damaged extra label loses only itself", () => {
  assert.deepEqual(readLabels({ a: "b", "io.cri-ferry.labels": "{" }).labels, { a: "b" });
});

const key = fc.oneof(
  fc.string(),
  fc.string().map((text) => `annotation.${text}`),
  fc.constantFrom(
    "io.kubernetes.docker.type",
    "io.kubernetes.sandbox.id",
    "io.kubernetes.container.logpath",
    "io.kubernetes.container.name",
    "io.cri-ferry.labels",
    "__proto__",
  ),
);
const map = fc
  .array(fc.tuple(key, fc.string({ unit: "binary" })))
  .map((entries): Record<string, string> => Object.fromEntries(entries));

test("any labels and annotations come back as they were given", () => {
  fc.assert(
    fc.property(map, map, (labels, annotations) => {
      const ofSandbox = readLabels(sandboxLabels({ ...examplePod, labels, annotations }));
      assert.deepEqual(ofSandbox.labels, labels);
      assert.deepEqual(ofSandbox.annotations, annotations);
      assert.equal(ofSandbox.type, "sandbox");
      const config = { ...exampleContainer, labels, annotations };
      const ofContainer = readLabels(containerLabels(config, "abc", "/l"));
      assert.deepEqual(ofContainer.labels, labels);
      assert.deepEqual(ofContainer.annotations, annotations);
      assert.equal(ofContainer.sandboxId, "abc");
      assert.equal(ofContainer.logFile, "/l");
    }),
  );
});
