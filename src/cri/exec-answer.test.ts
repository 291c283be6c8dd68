import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { doing, seconds, serve } from "../../test/fakes/cri-endpoint.ts";
import { encodeExecSync } from "./exec-answer.ts";

const mib = 2 ** 20;
const limit = 16 * mib - 1024;

test("outputs are cut only as far as one message needs, and neither below a half", () => {
  const lengths = fc.nat(32 * mib);
  fc.assert(
    fc.property(lengths, lengths, (out, err) => {
      const answer = encodeExecSync({ exitCode: 1, stdout: bytes(out), stderr: bytes(err) });
      const kept = { out: answer.stdout?.length ?? 0, err: answer.stderr?.length ?? 0 };
      assert.equal(kept.out + kept.err, Math.min(out + err, limit));
      assert.ok(kept.out >= Math.min(out, limit / 2) && kept.err >= Math.min(err, limit / 2));
    }),
  );
});

/** Views of one buffer: the sizes matter, not the content. */
const whole = new Uint8Array(32 * mib);

function bytes(length: number): Uint8Array {
  return whole.subarray(0, length);
}

test("the fullest outputs pass a client that takes 16 MiB", async (t) => {
  const { client } = await serve(t, {
    ExecSync: doing(() =>
      encodeExecSync({ exitCode: 0, stdout: bytes(16 * mib), stderr: bytes(16 * mib) }),
    ),
  });
  const answer = await client.runtime("ExecSync", { containerId: "a", cmd: ["b"] }, seconds);
  assert.equal(answer.stdout.length, limit / 2);
});
