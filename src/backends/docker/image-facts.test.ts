import assert from "node:assert/strict";
import { test } from "node:test";
import type { DockerApi } from "./client.ts";
import { ImageFactsCache } from "./image-facts.ts";

test("an image that was removed and pulled again is where it is now, not where it was", async () => {
  const signal = new AbortController().signal;
  const folders = ["/graph/first/diff", "/graph/second/diff"];
  const api = {
    call: async () => ({
      Id: "sha256:ab",
      RepoTags: [],
      RepoDigests: [],
      Size: 1,
      GraphDriver: { Name: "overlay2", Data: { UpperDir: folders.shift() } },
    }),
  } as unknown as DockerApi;
  const cache = new ImageFactsCache(api);
  const where = async (facts: ReturnType<ImageFactsCache["of"]>) =>
    (await facts)?.graphDriver?.Data?.["UpperDir"];
  assert.equal(await where(cache.of("sha256:ab", signal)), "/graph/first/diff");
  assert.equal(await where(cache.of("sha256:ab", signal)), "/graph/first/diff");
  assert.equal(await where(cache.ask("sha256:ab", signal)), "/graph/second/diff");
});
