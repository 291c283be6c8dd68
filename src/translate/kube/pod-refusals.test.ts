import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { host, plan, withContainer, withSpec } from "../../../test/fakes/pod-manifests.ts";
import { CriError } from "../../model/error.ts";
import { podPlan } from "./pod.ts";

const refusals: readonly (readonly [string, string])[] = [
  ["kind: Deployment", 'kind is "Deployment"; only Pod will do here'],
  ["apiVersion: v2\nkind: Pod", 'apiVersion is "v2"'],
  ["kind: Pod", "metadata is needed"],
  ["kind: Pod\nmetadata: {}\nspec: {}", "metadata.name is needed"],
  ["kind: Pod\nmetadata: {name: ../x}\nspec: {}", "metadata.name is"],
  ["kind: Pod\nmetadata: {name: a, uid: a/b}\nspec: {}", "metadata.uid must be a plain id"],
  [
    "kind: Pod\nmetadata: {name: a, finalizers: [x]}\nspec: {}",
    "metadata.finalizers is not supported",
  ],
  ["kind: Pod\nmetadata: {name: a}", "spec is needed"],
  [
    "kind: Pod\nmetadata: {name: a}\nspec: {containers: []}",
    "spec.containers must have at least one",
  ],
  ["[1]", "the manifest must be an object"],
  [withSpec("restartPolicy: Always"), 'spec.restartPolicy is "Always"; only Never'],
  [withSpec("nodeName: x"), "spec.nodeName is not supported"],
  [withSpec("automountServiceAccountToken: true"), "spec.automountServiceAccountToken is not"],
  [withSpec("hostNetwork: 1"), "spec.hostNetwork must be true or false"],
  [withSpec("dnsPolicy: None"), "spec.dnsConfig.nameservers is needed"],
  [
    withSpec("securityContext: {runAsUser: -1}"),
    "spec.securityContext.runAsUser must be an integer",
  ],
  [
    withSpec("volumes: [{name: v, configMap: {name: c}}]"),
    "spec.volumes[0].configMap is not supported",
  ],
  [withSpec("volumes: [{name: v}]"), "spec.volumes[0] needs either hostPath or emptyDir"],
  [
    withSpec("volumes: [{name: v, hostPath: {path: /a/../b}}]"),
    "spec.volumes[0].hostPath.path must be",
  ],
  [
    withSpec("volumes: [{name: v, hostPath: {path: /a, type: Socket}}]"),
    "spec.volumes[0].hostPath.type is",
  ],
  [
    withSpec("volumes: [{name: v, emptyDir: {medium: Memory}}]"),
    "spec.volumes[0].emptyDir.medium is not",
  ],
  [withSpec("volumes: [{name: ../../x, emptyDir: {}}]"), "spec.volumes[0].name is"],
  [withSpec("initContainers: [{name: a, image: b}]"), 'spec.containers[0].name "a" is there twice'],
  [
    withSpec("initContainers: [{name: i, image: b, restartPolicy: Always}]"),
    "spec.initContainers[0].restartPolicy is not supported",
  ],
  [withContainer("livenessProbe: {}"), "spec.containers[0].livenessProbe is not supported"],
  [withContainer("env: [{name: A, valueFrom: {}}]"), "spec.containers[0].env[0].valueFrom is not"],
  [withContainer("env: [{name: A, value: 1}]"), "spec.containers[0].env[0].value must be a text"],
  [withContainer("env: [{name: A=B}]"), "spec.containers[0].env[0].name must not hold"],
  [
    withContainer("volumeMounts: [{name: v, mountPath: /x}]"),
    'spec.containers[0].volumeMounts[0].name is "v"',
  ],
  [withContainer("volumeMounts: {}"), "spec.containers[0].volumeMounts must be a list"],
  [withContainer("ports: [{}]"), "spec.containers[0].ports[0].containerPort is needed"],
  [
    withContainer("ports: [{containerPort: 70000}]"),
    "spec.containers[0].ports[0].containerPort must be",
  ],
  [
    withContainer("resources: {limits: {cpu: lots}}"),
    'spec.containers[0].resources.limits.cpu is "lots"',
  ],
  [
    withContainer("resources: {limits: {gpu: 1}}"),
    "spec.containers[0].resources.limits.gpu is not",
  ],
  [
    withContainer("resources: {limits: {cpu: 1}, requests: {cpu: 2}}"),
    "spec.containers[0].resources.requests.cpu must not",
  ],
  [withContainer("imagePullPolicy: Sometimes"), "spec.containers[0].imagePullPolicy is"],
  [
    withContainer("securityContext: {runAsNonRoot: true}"),
    "spec.containers[0].securityContext.runAsUser must",
  ],
  [
    withContainer("securityContext: {seccompProfile: {type: Localhost, localhostProfile: ../x}}"),
    "spec.containers[0].securityContext.seccompProfile.localhostProfile must",
  ],
  [
    "kind: Pod\nmetadata: {name: a}\nspec: {containers: [{image: b}]}",
    "spec.containers[0].name is needed",
  ],
  [
    "kind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a}]}",
    "spec.containers[0].image is needed",
  ],
];
for (const [yaml, message] of refusals) {
  test(`refused with its path: ${message}`, () => {
    assert.throws(
      () => plan(yaml),
      (error) =>
        error instanceof CriError &&
        error.kind === "InvalidArgument" &&
        error.message.includes(message),
    );
  });
}

test("texts that are no manifest are refused", () => {
  for (const text of ["", "a: [", "a: 1\n---\nb: 2", "a: &a [*a]", "\u0000"]) {
    assert.throws(() => plan(text), { name: "CriError", kind: "InvalidArgument" });
  }
});

test("whatever the manifest, it is planned or refused", () => {
  const keys = fc.constantFrom(
    "kind",
    "metadata",
    "name",
    "spec",
    "containers",
    "image",
    "env",
    "volumes",
    "x",
  );
  const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 5 },
      fc.constantFrom(null, true, 1, -1.5, "", "Pod", "a"),
      fc.array(tie("tree"), { maxLength: 3 }),
      fc.dictionary(keys, tie("tree")),
    ),
  }));
  fc.assert(
    fc.property(tree, (manifest) => {
      try {
        podPlan(manifest, host);
      } catch (error) {
        assert.ok(error instanceof CriError && error.kind === "InvalidArgument", String(error));
      }
    }),
  );
});
