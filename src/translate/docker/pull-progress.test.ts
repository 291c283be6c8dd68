import assert from "node:assert/strict";
import { test } from "node:test";
import { PullProgress, type PullRecord, pullFailure } from "./pull-progress.ts";

const downloading = (id: string, current: number): PullRecord => ({
  id,
  status: "Downloading",
  progressDetail: { current },
});
const said = (id: string, status: string): PullRecord => ({ id, status, progressDetail: {} });

test("before the first word the registry is waited for", () => {
  assert.equal(new PullProgress().waitsForRegistry, true);
});

test("a layer on its way", () => {
  const progress = new PullProgress();
  const steps = [
    [said("latest", "Pulling from library/busybox"), false, true],
    [said("a", "Pulling fs layer"), true, true],
    [downloading("a", 1000), false, true],
    [downloading("a", 100_000), true, true],
    [said("a", "Verifying Checksum"), true, false],
    [said("a", "Download complete"), true, false],
    [{ id: "a", status: "Extracting", progressDetail: { current: 5 } }, true, false],
    [{ id: "a", status: "Extracting", progressDetail: { current: 9 } }, true, false],
    [said("a", "Pull complete"), true, false],
    [{ status: "Digest: sha256:00" }, false, false],
  ] as const;
  for (const [record, isFurther, waits] of steps) {
    const actual = [progress.note(record), progress.waitsForRegistry];
    assert.deepEqual(actual, [isFurther, waits], JSON.stringify(record));
  }
});

test("drops of less than 64 KiB are no progress until they come to that", () => {
  const progress = new PullProgress();
  progress.note(said("a", "Pulling fs layer"));
  const told = Array.from({ length: 20 }, (_, n) =>
    progress.note(downloading("a", (n + 1) * 8192)),
  );
  assert.deepEqual(
    told.flatMap((isFurther, n) => (isFurther ? [n + 1] : [])),
    [8, 16],
  );
});

test("a layer that begins anew counts from there", () => {
  const progress = new PullProgress();
  progress.note(said("a", "Pulling fs layer"));
  progress.note(downloading("a", 1_000_000));
  assert.equal(
    progress.note({ id: "a", status: "Retrying in 5 seconds", progressDetail: {} }),
    false,
  );
  assert.equal(progress.note(downloading("a", 10)), false);
  assert.equal(progress.note(downloading("a", 70_000)), true);
});

test("while one layer is extracted, another that stands still is not held against the registry", () => {
  const progress = new PullProgress();
  progress.note(said("a", "Pulling fs layer"));
  progress.note(said("b", "Pulling fs layer"));
  progress.note(said("a", "Extracting"));
  assert.equal(progress.waitsForRegistry, false);
  progress.note(said("a", "Pull complete"));
  assert.equal(progress.waitsForRegistry, true);
});

test("bytes from the registry are added up over layers; the rest of one is told when it is extracted", () => {
  const progress = new PullProgress();
  const after = (record: PullRecord): number => {
    progress.note(record);
    return progress.downloadedBytes;
  };
  assert.equal(after(said("old", "Already exists")), 0);
  assert.equal(after(downloading("a", 1000)), 1000);
  assert.equal(after(downloading("b", 500)), 1500);
  assert.equal(after(said("a", "Download complete")), 1500);
  assert.equal(after({ id: "a", status: "Retrying in 5 seconds" }), 1500);
  assert.equal(after(downloading("b", 100)), 1500);
  const extracting = { id: "a", status: "Extracting", progressDetail: { current: 5, total: 1200 } };
  assert.equal(after(extracting), 1700);
  assert.equal(after(said("a", "Pull complete")), 1700);
});

test("docker's words of a failure are found", () => {
  assert.equal(pullFailure({ status: "Downloading" }), undefined);
  assert.equal(pullFailure({ error: "short", errorDetail: { message: "long" } }), "long");
  assert.equal(pullFailure({ error: "short" }), "short");
});
