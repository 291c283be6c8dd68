import assert from "node:assert/strict";
import { test } from "node:test";
import { awaitSize, deadline, type Scene } from "./scene.ts";

/** Ends when its input says so, and never by itself; answers on both of its outputs. */
const answering =
  'while read -r line; do echo "out $line"; echo "err $line" >&2; test "$line" = end && exit 3; done';

/** Attach, with and without a terminal. */
export function attachCases({ transport, node, client }: Scene): void {
  test("attach joins a running container, and leaves it alone", deadline, async () => {
    const containerId = await node().startContainer(`attached-${transport}`, {
      command: ["sh", "-c", answering],
      stdin: true,
    });
    const attach = (...steps: readonly ({ write: string } | { expect: string })[]) =>
      client().ask({
        verb: "attach",
        transport,
        containerId,
        stdin: true,
        stdout: true,
        stderr: true,
        steps: [...steps, { hangUp: true }],
      });
    const first = await attach({ write: "one\n" }, { expect: "out one\n" });
    assert.match(first.error, /context canceled/);
    const second = await attach({ write: "two\n" }, { expect: "out two\n" });
    assert.equal(second.stdout?.text, "out two\n", "what was said before is not repeated");
    const last = await client().ask({
      verb: "attach",
      transport,
      containerId,
      stdin: true,
      stdout: true,
      stderr: true,
      steps: [{ write: "end\n" }, { expect: "out end\n" }, { gate: `never-${transport}` }],
    });
    assert.equal(last.error, "");
    assert.equal(last.stderr?.text, "err end\n");
  });

  test("attach to a terminal changes its size", deadline, async () => {
    const containerId = await node().startContainer(`terminal-${transport}`, {
      command: ["sh", "-c", `${awaitSize(31, 91)}; sleep 1000000`],
      stdin: true,
      tty: true,
    });
    const steps = [{ resize: [91, 31] }, { expect: "31 91" }, { hangUp: true }] as const;
    const target = { containerId, tty: true, stdin: true, stdout: true };
    const answer = await client().ask({ verb: "attach", transport, ...target, steps });
    assert.match(answer.stdout?.text ?? "", /31 91/);
  });
}
