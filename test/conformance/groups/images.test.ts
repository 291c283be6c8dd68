import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { describe, type TestContext, test } from "node:test";
import type { ImageOutput } from "../../../src/gen/runtime/v1/Image.ts";
import { eventually } from "../../harness/eventually.ts";
import { startContainer, startPod } from "../pod.ts";
import { refused } from "../refusal.ts";
import { image, needs, subject } from "../subject.ts";

const { first, second, manyTags, userNumber, userName, pause, busybox } = subject.images;

async function pull(reference: string): Promise<string> {
  return (await image("PullImage", { image: { image: reference } })).imageRef;
}

async function status(reference: string): Promise<ImageOutput | null> {
  return (await image("ImageStatus", { image: { image: reference } })).image;
}

async function remove(reference: string): Promise<void> {
  await image("RemoveImage", { image: { image: reference } });
}

/** Pulls for one test only. */
async function pulled(t: TestContext, reference: string): Promise<ImageOutput> {
  const ref = await pull(reference);
  t.after(() => remove(ref));
  const found = await status(reference);
  assert.ok(found !== null);
  return found;
}

test("a pulled image has id, tag, digest and size", async (t) => {
  const found = await pulled(t, first.reference);
  assert.match(found.id, /^sha256:[0-9a-f]{64}$/);
  assert.deepEqual(found.repoTags, [first.reference]);
  assert.deepEqual(found.repoDigests, [`${first.repository}@${first.digest}`]);
  assert.ok(BigInt(found.size) > 0n);
});

test("PullImage answers with the reference by which the image is found", async (t) => {
  const ref = await pull(first.reference);
  t.after(() => remove(ref));
  assert.equal((await status(ref))?.id, (await status(first.reference))?.id);
});

test("the same image is found by tag, digest and id", async (t) => {
  const { id } = await pulled(t, first.reference);
  for (const name of [first.reference, `${first.repository}@${first.digest}`, id]) {
    assert.equal((await status(name))?.id, id, name);
  }
});

test("an image is pulled by digest", async (t) => {
  const found = await pulled(t, `${first.repository}@${first.digest}`);
  assert.deepEqual(found.repoDigests, [`${first.repository}@${first.digest}`]);
});

test("pulling again gives the same", async (t) => {
  const ref = await pull(first.reference);
  t.after(() => remove(ref));
  assert.equal(await pull(first.reference), ref);
});

test("pulls of one image at once all succeed", async (t) => {
  const refs = await Promise.all([1, 2, 3].map(() => pull(second.reference)));
  t.after(() => remove(second.reference));
  assert.equal(new Set(refs).size, 1);
});

test("several tags of one image are one image", async (t) => {
  const references = ["a", "b", "c"].map((tag) => `${manyTags.repository}:${tag}`);
  for (const reference of references) await pull(reference);
  t.after(async () => {
    for (const reference of references) await remove(reference);
  });
  const { images } = await image("ListImages", {});
  const found = images.filter(({ repoTags }) => repoTags.some((tag) => references.includes(tag)));
  assert.equal(found.length, 1);
  assert.deepEqual(found[0]?.repoTags.toSorted(), references);
});

describe("ListImages", () => {
  test("lists what ImageStatus tells", async (t) => {
    const found = await pulled(t, first.reference);
    const { images } = await image("ListImages", {});
    assert.deepEqual(
      images.find(({ id }) => id === found.id),
      found,
    );
  });

  test("selects by name", needs("image-filter"), async (t) => {
    const { id } = await pulled(t, first.reference);
    await pulled(t, second.reference);
    const filter = { image: { image: first.reference } };
    const { images } = await image("ListImages", { filter });
    assert.deepEqual(
      images.map((found) => found.id),
      [id],
    );
  });
});

describe("ImageStatus", () => {
  test("of a missing image is an answer without an image", async () => {
    assert.equal(await status(`${first.repository}:missing`), null);
    assert.equal(await status(`sha256:${"0".repeat(64)}`), null);
  });

  test("has extra information only when asked", async (t) => {
    await pulled(t, first.reference);
    const ask = async (verbose: boolean) =>
      (await image("ImageStatus", { image: { image: first.reference }, verbose })).info;
    assert.deepEqual(await ask(false), {});
    assert.notDeepEqual(await ask(true), {});
  });

  test("tells the image's user", needs("image-user"), async (t) => {
    assert.equal((await pulled(t, userNumber.reference)).uid?.value, "1002");
    const named = await pulled(t, userName.reference);
    assert.deepEqual([named.uid, named.username], [null, "www-data"]);
  });

  test("tells that the sandbox image is pinned", needs("pinned-sandbox-image"), async (t) => {
    await startPod(t);
    const sandboxImage = await status(pause.reference);
    if (sandboxImage === null) return t.skip("the endpoint has another sandbox image");
    assert.equal(sandboxImage.pinned, true);
    assert.equal((await pulled(t, first.reference)).pinned, false);
  });
});

describe("RemoveImage", () => {
  test("removes an image by tag", async () => {
    await pull(first.reference);
    await remove(first.reference);
    assert.equal(await status(first.reference), null);
  });

  test("removes an image with all its tags by id", async () => {
    const references = ["a", "b"].map((tag) => `${manyTags.repository}:${tag}`);
    for (const reference of references) await pull(reference);
    await remove((await status(references[0] ?? ""))?.id ?? "");
    for (const reference of references) assert.equal(await status(reference), null);
  });

  test("of a missing image is no error", async () => {
    await remove(`${first.repository}:missing`);
    await remove(`sha256:${"0".repeat(64)}`);
  });

  test("called several times at once succeeds each time", async () => {
    const ref = await pull(first.reference);
    await Promise.all([ref, ref, first.reference].map(remove));
    assert.equal(await status(first.reference), null);
  });
});

test("a pull of what the registry does not have fails and leaves nothing", async () => {
  const missing = `${first.repository}:missing`;
  await refused(pull(missing), "NotFound", "Unknown");
  assert.equal(await status(missing), null);
});

test("a name that is none is refused", async () => {
  await refused(pull("UPPER/Case:tag:tag"), "InvalidArgument");
  await refused(pull(""), "InvalidArgument");
});

test("ImageFsInfo tells a folder that is there, and what is used of it", async (t) => {
  await startContainer(await startPod(t), { image: { image: busybox.reference } });
  // Some runtimes measure in the background.
  const filesystem = await eventually("a size", async () => {
    const [found] = (await image("ImageFsInfo", {})).imageFilesystems;
    return BigInt(found?.usedBytes?.value ?? 0) > 0n ? found : undefined;
  });
  assert.ok(existsSync(filesystem.fsId?.mountpoint ?? ""));
  assert.ok(BigInt(filesystem.timestamp) > 0n);
});
