import assert from "node:assert/strict";
import { CriError, type CriErrorKind } from "../../src/model/error.ts";
import { has } from "./subject.ts";

/** Asserts that a call fails with one of the codes; an endpoint without the feature `error-codes` may answer with any. */
export async function refused(
  call: Promise<unknown>,
  ...kinds: readonly CriErrorKind[]
): Promise<CriError> {
  const outcome = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  assert.ok(outcome instanceof CriError, "the call must be refused");
  assert.notEqual(outcome.kind, "Unavailable", `the endpoint is gone: ${outcome.message}`);
  assert.notEqual(outcome.message, "", "a refusal says why");
  if (has("error-codes"))
    assert.ok(kinds.includes(outcome.kind), `${outcome.kind}: ${outcome.message}`);
  return outcome;
}

/** Asserts that a call fails with NotFound, on every endpoint: kubelets act upon this code. */
export async function notFound(call: Promise<unknown>): Promise<void> {
  await assert.rejects(call, { kind: "NotFound" });
}
