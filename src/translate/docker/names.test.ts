import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { containerName, nameAfterConflict, parseName, sandboxName } from "./names.ts";

const dockerAccepts = /^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/;
const sandbox = { name: "web-0", uid: "6a3f-11", namespace: "shop", attempt: 2 };

test("names of ordinary pods are those of dockershim", () => {
  assert.equal(sandboxName(sandbox), "k8s_POD_web-0_shop_6a3f-11_2");
  assert.equal(containerName({ name: "app", attempt: 7 }, sandbox), "k8s_app_web-0_shop_6a3f-11_7");
});

test("a pod name with dots stays as it is", () => {
  const name = sandboxName({ ...sandbox, name: "etcd-node.example.com" });
  assert.equal(name, "k8s_POD_etcd-node.example.com_shop_6a3f-11_2");
});

test("an odd uid is escaped, and read back", () => {
  const odd = { ...sandbox, uid: "a_b/ü.-" };
  assert.equal(sandboxName(odd), "k8s_POD_web-0_shop_a.-5fb.-2f.-c3.-bc.-2e-_2");
  assert.deepEqual(parseName(sandboxName(odd)), { type: "sandbox", sandbox: odd });
});

test("a container called POD is not taken for a sandbox", () => {
  const parsed = parseName(containerName({ name: "POD", attempt: 0 }, sandbox));
  assert.equal(parsed?.type, "container");
  assert.deepEqual(parsed?.type === "container" && parsed.container, { name: "POD", attempt: 0 });
});

test("the seventh field that follows a name conflict is passed over", () => {
  const name = nameAfterConflict(sandboxName(sandbox), 0xbeef);
  assert.equal(name, "k8s_POD_web-0_shop_6a3f-11_2_0000beef");
  assert.deepEqual(parseName(`/${name}`), { type: "sandbox", sandbox });
});

test("other containers' names are not of a pod", () => {
  for (const name of ["/elegant_carson", "k8s_a_b_c_d", "k8s_a_b_c_d_x", "k8s_a_b_c_d_4294967296"])
    assert.equal(parseName(name), undefined);
});

const plain = { noNullPrototype: true };
const text = fc.string({ unit: "grapheme" });
const attempt = fc.integer({ min: 0, max: 0xffff_ffff });
const anySandbox = fc.record({ name: text, uid: text, namespace: text, attempt }, plain);
const anyContainer = fc.record({ name: text, attempt }, plain);

test("any metadata makes a name that docker accepts and that says it again", () => {
  fc.assert(
    fc.property(anySandbox, anyContainer, (metadata, container) => {
      const { name, uid, namespace } = metadata;
      assert.match(sandboxName(metadata), dockerAccepts);
      assert.deepEqual(parseName(sandboxName(metadata)), { type: "sandbox", sandbox: metadata });
      const made = containerName(container, metadata);
      assert.match(made, dockerAccepts);
      const expected = { type: "container", container, sandbox: { name, uid, namespace } };
      assert.deepEqual(parseName(made), expected);
    }),
  );
});
