import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { ImageVolumes } from "./image-volumes.ts";

const { signal } = new AbortController();

test("a folder that could not be read is read again", async (t) => {
  const above = await mkdtemp(join(tmpdir(), "image-volumes-"));
  t.after(() => rm(above, { recursive: true }));
  const root = join(above, "root");
  await writeFile(root, "no folder");
  const volumes = new ImageVolumes(root);
  await assert.rejects(volumes.release("any", signal), {
    kind: "Internal",
    message: /cannot read/,
  });
  await rm(root);
  await volumes.release("any", signal);
});
