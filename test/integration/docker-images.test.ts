import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { after, before, beforeEach, test } from "node:test";
import { openEvents } from "../../src/backends/docker/event-stream.ts";
import { ImageUsage } from "../../src/backends/docker/image-usage.ts";
import { DockerImages } from "../../src/backends/docker/images.ts";
import { systemClock } from "../../src/host/clock.ts";
import { CriError } from "../../src/model/error.ts";
import type { Image, ImageSpec, RegistryAuth } from "../../src/model/image.ts";
import type { Meter } from "../../src/model/ports.ts";
import { WritableLayers } from "../../src/stats/writable-layers.ts";
import type { DockerInfo } from "../../src/translate/docker/api.ts";
import { readEvent } from "../../src/translate/docker/events.ts";
import { eventually } from "../harness/eventually.ts";
import { freePort } from "../harness/free-port.ts";
import { type ImageConfig, type PushedImage, Registry } from "../harness/registry.ts";
import type { TarEntry } from "../harness/tar.ts";
import { dockerApi, runContainer } from "./docker-host.ts";
import { RegistryGate } from "./registry-gate.ts";
import { silentLog } from "./silent-log.ts";

const api = dockerApi();
const ending = new AbortController();
const { signal } = ending;
const anonymous: RegistryAuth = { type: "anonymous" };
const meter: Meter = { count: () => undefined, observe: () => undefined, gauge: () => undefined };
const imageLayers = new WritableLayers({
  clock: systemClock,
  log: silentLog,
  intervalMillis: Number.POSITIVE_INFINITY,
});
let folder: string;
let registry: Registry;
let gate: RegistryGate;
let info: DockerInfo;
let images: DockerImages;
let running: Promise<unknown>;

before(async () => {
  folder = await mkdtemp("/tmp/cri-ferry-images-");
  registry = await Registry.start(folder);
  gate = await RegistryGate.open(registry.url);
  info = (await api.call({ method: "GET", path: "/info" }, signal)) as DockerInfo;
  images = open(60_000);
  const events = await openEvents(api, systemClock.nowNanos(), signal);
  const listening = (async () => {
    for await (const event of events) {
      if (readEvent(event)?.type === "imagesChanged") images.invalidate();
    }
  })().catch(() => undefined);
  running = Promise.all([listening, imageLayers.run(signal)]);
});

after(async () => {
  for (const image of await images.list(signal)) {
    const isOurs = [...image.repoTags, ...image.repoDigests].some((name) =>
      name.startsWith("127.0.0.1:"),
    );
    if (isOurs && [...image.repoTags, ...image.repoDigests].some((name) => name.includes("/h/"))) {
      await images.remove(image.id, new AbortController().signal);
    }
  }
  ending.abort();
  await running;
  await gate[Symbol.asyncDispose]();
  await registry[Symbol.asyncDispose]();
  api.close();
  await rm(folder, { recursive: true });
});

beforeEach(() => {
  gate.auth = { type: "none" };
  gate.flow = { type: "whole" };
  gate.blobs.clear();
});

function open(pullStallMillis: number): DockerImages {
  const usage = new ImageUsage({
    api,
    clock: systemClock,
    info: () => info,
    writableLayers: () => ({ usedBytes: 0n, inodesUsed: 0n }),
    imageLayers,
  });
  const shared = { api, clock: systemClock, log: silentLog, meter, usage };
  return new DockerImages({
    ...shared,
    sandboxImage: "registry.k8s.io/pause:3.10",
    pullStallMillis,
  });
}

const spec = (image: string): ImageSpec => ({
  image,
  annotations: {},
  userSpecifiedImage: image,
  runtimeHandler: "",
  imageRef: "",
});

const file = (path: string, bytes: number): TarEntry => ({
  path,
  type: "file",
  content: randomBytes(bytes),
});

let made = 0;

/** Pushes an image of its own and returns its names at the gate. */
async function push(
  layers: readonly (readonly TarEntry[])[],
  config: ImageConfig = { Cmd: ["/nothing"] },
): Promise<PushedImage & { readonly tag: string; readonly byDigest: string }> {
  made += 1;
  const name = `h/i${made}`;
  const pushed = await registry.push({ name, tags: ["1", "2"], layers, config });
  return {
    ...pushed,
    tag: `${gate.host}/${name}:1`,
    byDigest: `${gate.host}/${name}@${pushed.digest}`,
  };
}

const small = () => push([[file("a", 10_000)]]);

const isKind = (kind: string) => (thrown: unknown) => {
  assert.ok(thrown instanceof CriError, String(thrown));
  assert.equal(thrown.kind, kind, thrown.message);
  return true;
};

async function remove(image: Image): Promise<void> {
  await images.remove(image.id, signal);
}

test("an image pulled by tag has one id everywhere, and its user", async () => {
  const pushed = await push([[file("a", 10_000)]], { User: "1000:1000" });
  const image = await images.pull(spec(pushed.tag), anonymous, signal);
  assert.equal(image.id, pushed.configDigest);
  assert.deepEqual([image.repoTags, image.repoDigests], [[pushed.tag], [pushed.byDigest]]);
  assert.deepEqual([image.uid, image.username, image.pinned], [1000, "", false]);
  for (const name of [pushed.tag, pushed.byDigest, image.id, image.id.slice(7, 19)]) {
    assert.equal((await images.status(spec(name), signal))?.id, image.id, name);
  }
  assert.ok((await images.list(signal)).some(({ id }) => id === image.id));
  assert.match((await images.describe(image.id, signal))["info"] ?? "", new RegExp(image.id));
  await remove(image);
  assert.equal(await images.status(spec(pushed.tag), signal), undefined);
});

test("an image pulled by digest has that digest and no tag", async () => {
  const pushed = await small();
  const image = await images.pull(spec(pushed.byDigest), anonymous, signal);
  assert.deepEqual([image.repoTags, image.repoDigests], [[], [pushed.byDigest]]);
  const again = await images.pull(spec(pushed.byDigest), anonymous, signal);
  assert.deepEqual(again, image);
  await remove(image);
  assert.equal(await images.status(spec(image.id), signal), undefined);
});

test("fifty callers cost one download", async () => {
  const pushed = await push([[file("a", 100_000)], [file("b", 100_000)]]);
  const pulls = Array.from({ length: 50 }, () => images.pull(spec(pushed.tag), anonymous, signal));
  const ids = new Set((await Promise.all(pulls)).map(({ id }) => id));
  assert.deepEqual([...ids], [pushed.configDigest]);
  assert.deepEqual([...gate.blobs.values()], [1, 1, 1]);
});

test("a tag that is not there is NotFound, a registry that is not there Unavailable", async () => {
  await assert.rejects(
    images.pull(spec(`${gate.host}/h/none:1`), anonymous, signal),
    isKind("NotFound"),
  );
  const closed = `127.0.0.1:${await freePort()}/h/none:1`;
  await assert.rejects(images.pull(spec(closed), anonymous, signal), isKind("Unavailable"));
});

test("name and password open a locked registry, wrong or none do not", async () => {
  const pushed = await small();
  gate.auth = { type: "basic", username: "u", password: "pä:ss" };
  const serverAddress = gate.host;
  const wrong: RegistryAuth = { type: "basic", username: "u", password: "wrong", serverAddress };
  await assert.rejects(
    images.pull(spec(pushed.tag), anonymous, signal),
    isKind("PermissionDenied"),
  );
  await assert.rejects(images.pull(spec(pushed.tag), wrong, signal), (thrown) => {
    assert.doesNotMatch(String(thrown), /wrong/);
    return isKind("PermissionDenied")(thrown);
  });
  const right: RegistryAuth = { ...wrong, password: "pä:ss" };
  assert.equal((await images.pull(spec(pushed.tag), right, signal)).id, pushed.configDigest);
});

test("tokens open it, too", async () => {
  gate.auth = { type: "bearer", token: "t0", refreshToken: "r0" };
  const serverAddress = gate.host;
  const [one, two] = [await small(), await small()];
  const registryToken: RegistryAuth = { type: "registryToken", registryToken: "t0", serverAddress };
  assert.equal((await images.pull(spec(one.tag), registryToken, signal)).id, one.configDigest);
  const identityToken: RegistryAuth = { type: "identityToken", identityToken: "r0", serverAddress };
  assert.equal((await images.pull(spec(two.tag), identityToken, signal)).id, two.configDigest);
  const wrong: RegistryAuth = { ...identityToken, identityToken: "r1" };
  await assert.rejects(
    images.pull(spec(`${gate.host}/h/i1:2`), wrong, signal),
    isKind("PermissionDenied"),
  );
});

const stuck = [
  ["sends headers and nothing more", { type: "stall", afterBytes: 0 }],
  ["stops in the middle of a layer", { type: "stall", afterBytes: 2_000_000 }],
  ["drips", { type: "drip", bytes: 10, everyMillis: 100 }],
] as const;

for (const [name, flow] of stuck) {
  // Docker 20.10 itself keeps its connection to the registry until that closes it, but a new pull does not wait for it.
  test(`a registry that ${name} is given up, and a new pull begins anew`, async () => {
    const pushed = await push([[file("a", 4_000_000)]]);
    gate.flow = flow;
    const pull = open(2_000).pull(spec(pushed.tag), anonymous, signal);
    await assert.rejects(pull, isKind("DeadlineExceeded"));
    gate.flow = { type: "whole" };
    const image = await images.pull(spec(pushed.tag), anonymous, signal);
    assert.equal(image.id, pushed.configDigest);
    assert.equal([...gate.blobs.values()].includes(2), true);
  });
}

test("a slow registry that keeps sending is not given up", async () => {
  const pushed = await push([[file("a", 4_000_000)]]);
  gate.flow = { type: "drip", bytes: 200_000, everyMillis: 200 };
  const image = await open(1_500).pull(spec(pushed.tag), anonymous, signal);
  assert.equal(image.id, pushed.configDigest);
});

test("layers may be extracted for longer than a registry may be silent", async () => {
  const many = Array.from({ length: 6_000 }, (_, n) => file(`f${n}`, 100));
  const pushed = await push([many]);
  const image = await open(500).pull(spec(pushed.tag), anonymous, signal);
  assert.equal(image.id, pushed.configDigest);
});

test("a layer that is not what its digest says is refused", async () => {
  const pushed = await push([[file("a", 100_000)]]);
  gate.flow = { type: "damaged" };
  await assert.rejects(images.pull(spec(pushed.tag), anonymous, signal), CriError);
  assert.equal(await images.status(spec(pushed.tag), signal), undefined);
});

test("when the only caller goes, the pull ends and nothing is kept of it", async () => {
  const pushed = await push([[file("a", 4_000_000)]]);
  gate.flow = { type: "stall", afterBytes: 1_000_000 };
  const caller = new AbortController();
  const pull = images.pull(spec(pushed.tag), anonymous, caller.signal);
  const rejected = assert.rejects(pull, isKind("Cancelled"));
  await eventually("the download runs", () => (gate.blobs.size > 0 ? true : undefined));
  caller.abort();
  await rejected;
  assert.equal(await images.status(spec(pushed.tag), signal), undefined);
  gate.flow = { type: "whole" };
  assert.equal((await images.pull(spec(pushed.tag), anonymous, signal)).id, pushed.configDigest);
});

test("a removal takes all names; twice at once, and once more, is no error", async () => {
  const pushed = await small();
  const image = await images.pull(spec(pushed.tag), anonymous, signal);
  await images.pull(spec(pushed.tag.replace(/1$/, "2")), anonymous, signal);
  const both = await images.status(spec(image.id), signal);
  assert.equal(both?.repoTags.length, 2);
  await Promise.all([remove(image), remove(image)]);
  assert.equal(await images.status(spec(image.id), signal), undefined);
  await remove(image);
});

test("an image in use stays with all its names, and the error names the container", async () => {
  // Busybox acts by the name that it is called by.
  const content = await readFile("/bin/busybox");
  const busybox = await push([[{ path: "sleep", type: "file", mode: 0o755, content }]], {
    Cmd: ["/sleep", "1000"],
  });
  const image = await images.pull(spec(busybox.tag), anonymous, signal);
  {
    await using _box = await runContainer(api, "cf-h-images", {
      Image: busybox.tag,
      Cmd: ["/sleep", "1000"],
      HostConfig: { NetworkMode: "none" },
    });
    await assert.rejects(remove(image), (thrown) => {
      assert.match(String(thrown), /cf-h-images/);
      return isKind("FailedPrecondition")(thrown);
    });
    assert.deepEqual((await images.status(spec(image.id), signal))?.repoTags, [busybox.tag]);
    const path = "/containers/cf-h-images/kill";
    await api.call({ method: "POST", path }, signal);
    await eventually("it has ended", async () => {
      const inspect = await api.call(
        { method: "GET", path: "/containers/cf-h-images/json" },
        signal,
      );
      return (inspect as { State: { Running: boolean } }).State.Running ? undefined : true;
    });
    await remove(image);
  }
  assert.equal(await images.status(spec(image.id), signal), undefined);
});

test("what another client of docker does is seen", async () => {
  const pushed = await small();
  const image = await images.pull(spec(pushed.tag), anonymous, signal);
  const query = { repo: `${gate.host}/h/renamed`, tag: "x" };
  await api.call({ method: "POST", path: `/images/${image.id}/tag`, query }, signal);
  const renamed = `${gate.host}/h/renamed:x`;
  await eventually(
    "the new name is listed",
    async () => await images.status(spec(renamed), signal),
  );
});

test("layers are counted once, as docker counts them", async () => {
  const shared = [file("shared", 300_000)];
  const one = await push([shared, [file("one", 100_000)]]);
  const two = await push([shared, [file("two", 100_000)]]);
  await images.pull(spec(one.tag), anonymous, signal);
  await images.pull(spec(two.tag), anonymous, signal);
  // Others may use this docker too: both figures must be of one moment.
  await eventually("the figures agree", async () => {
    images.invalidate();
    const df = await api.call({ method: "GET", path: "/system/df" }, signal);
    const usage = await images.fsInfo(signal);
    const expected = BigInt((df as { readonly LayersSize: number }).LayersSize);
    return usage.imageFilesystems[0]?.usedBytes === expected ? true : undefined;
  });
  const first = await eventually("inodes are counted", async () => {
    const [usage] = (await images.fsInfo(signal)).imageFilesystems;
    return (usage?.inodesUsed ?? 0n) > 0n ? usage : undefined;
  });
  assert.ok(first.mountpoint.startsWith(info.DockerRootDir ?? "/"));
});
