import assert from "node:assert/strict";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { type ImageVolume, ImageVolumes } from "../../src/backends/docker/image-volumes.ts";
import { imageId } from "../../src/model/ids.ts";
import { imageSpec } from "../contract/requests.ts";
import { mountPoints } from "../harness/mounts.ts";

const signal = AbortSignal.timeout(60_000);

interface Place extends AsyncDisposable {
  readonly root: string;
  readonly volume: ImageVolume;
}

/** An image of one layer with one file, as overlay2 keeps it. */
async function place(): Promise<Place> {
  const folder = await mkdtemp(join(tmpdir(), "image-volumes-"));
  const root = join(folder, "root");
  const layer = join(folder, "overlay2", "layer", "diff");
  await mkdir(layer, { recursive: true });
  await writeFile(join(layer, "file"), "of the image");
  const image = {
    id: imageId("sha256:aa"),
    repoTags: [],
    repoDigests: [],
    sizeBytes: 1n,
    uid: undefined,
    username: "",
    pinned: false,
  };
  return {
    root,
    volume: {
      mount: {
        containerPath: "/image",
        hostPath: "",
        image: imageSpec("image"),
        imageSubPath: "",
        readonly: true,
        recursiveReadOnly: false,
        selinuxRelabel: false,
        propagation: "PRIVATE",
        uidMappings: [],
        gidMappings: [],
        mountOptions: [],
      },
      facts: {
        image,
        config: {},
        graphDriver: { Name: "overlay2", Data: { UpperDir: layer, LowerDir: "" } },
      },
    },
    [Symbol.asyncDispose]: async () => {
      await new ImageVolumes(root).sweep(new Set(), signal);
      await rm(folder, { recursive: true });
    },
  };
}

test("what is mounted for a container that is still being created is not swept away", async () => {
  await using at = await place();
  const volumes = new ImageVolumes(at.root);
  const [folders] = await Promise.all([
    volumes.provide("creating", [at.volume], signal),
    volumes.sweep(new Set(), signal),
  ]);
  await volumes.sweep(new Set(), signal);
  const file = join(folders.get("/image") ?? "", "file");
  assert.equal(await readFile(file, "utf8"), "of the image");
});

test("what an earlier life mounted is swept away, or gives way to a retry of its create", async () => {
  await using at = await place();
  const killed = new ImageVolumes(at.root);
  await killed.provide("again", [at.volume], signal);
  await killed.provide("given up", [at.volume], signal);
  await killed.provide("alive", [at.volume], signal);
  const next = new ImageVolumes(at.root);
  const [folders] = await Promise.all([
    next.provide("again", [at.volume], signal),
    next.sweep(new Set(["alive"]), signal),
  ]);
  assert.equal(await readFile(join(folders.get("/image") ?? "", "file"), "utf8"), "of the image");
  assert.deepEqual((await readdir(at.root)).toSorted(), ["again", "alive", "empty"]);
  const mounted = mountPoints().filter((path) => path.startsWith(at.root));
  assert.equal(mounted.length, 2);
});
