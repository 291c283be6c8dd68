import assert from "node:assert/strict";
import { test } from "node:test";
import { hostsText, resolvConfOfNode, resolvConfText } from "./pod-file-texts.ts";

test("a pod's resolv.conf says what was asked for, and no empty line of it", () => {
  const dns = { servers: ["10.96.0.10", "::2"], searches: ["a.b", "b"], options: ["ndots:5"] };
  const text = "search a.b b\nnameserver 10.96.0.10\nnameserver ::2\noptions ndots:5\n";
  assert.equal(resolvConfText(dns), text);
  assert.equal(
    resolvConfText({ servers: ["1.1.1.1"], searches: [], options: [] }),
    "nameserver 1.1.1.1\n",
  );
});

test("the node's resolv.conf is copied without servers on its loopback, unless there are no others", () => {
  const table = [
    ["nameserver 10.0.0.2\nsearch x\n", "", "nameserver 10.0.0.2\nsearch x\n"],
    ["nameserver 127.0.0.1\nnameserver 10.0.0.2\n", "", "nameserver 10.0.0.2\n"],
    ["nameserver ::1\nnameserver ::12\n", "", "nameserver ::12\n"],
    ["nameserver 127.0.0.53\nsearch x\n", "nameserver 10.0.0.3\n", "nameserver 10.0.0.3\n"],
    ["nameserver 10.0.0.2\n", "nameserver 10.0.0.3\n", "nameserver 10.0.0.2\n"],
    ["nameserver 127.0.0.53\n", "nameserver 127.0.0.1\n", "nameserver 127.0.0.53\n"],
    ["", "", ""],
  ] as const;
  for (const [text, resolved, expected] of table) {
    assert.equal(resolvConfOfNode(text, resolved), expected, text);
  }
});

test("a pod finds itself by each of its addresses, and localhost", () => {
  const lines = hostsText("web", ["10.0.0.9", "fd00::9"]).split("\n");
  assert.equal(lines[0], "127.0.0.1\tlocalhost");
  assert.deepEqual(lines.slice(-3), ["10.0.0.9\tweb", "fd00::9\tweb", ""]);
});
