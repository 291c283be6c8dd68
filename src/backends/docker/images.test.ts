import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import { test } from "node:test";
import { CriError } from "../../model/error.ts";
import { imageId } from "../../model/ids.ts";
import type { ImageSpec } from "../../model/image.ts";
import type { Clock, Log, Meter } from "../../model/ports.ts";
import type { DockerApi } from "./client.ts";
import type { DockerRequest } from "./docker-request.ts";
import { errorOfAnswer } from "./errors.ts";
import type { ImageUsage } from "./image-usage.ts";
import { DockerImages } from "./images.ts";

const id = (digit: string) => `sha256:${digit.repeat(64)}`;
const spec = (image: string): ImageSpec => ({
  image,
  annotations: {},
  userSpecifiedImage: "",
  runtimeHandler: "",
  imageRef: "",
});
const { signal } = new AbortController();
const anonymous = { type: "anonymous" } as const;

interface FakeImage {
  readonly Id: string;
  readonly RepoTags: readonly string[];
  readonly RepoDigests?: readonly string[];
  readonly Size: number;
  readonly User?: string;
}

const log: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  child: () => log,
};

function setUp() {
  const state = {
    images: [] as FakeImage[],
    containers: [] as { Id: string; Names: string[]; ImageID: string; State: string }[],
    calls: [] as string[],
    isDown: false,
    unreadable: "",
    conflict: "",
    pulls: [] as PassThrough[],
    auths: [] as (string | undefined)[],
    millis: 0,
    sleepers: [] as (() => void)[],
    codes: [] as string[],
  };
  const find = (name: string) =>
    state.images.find(({ Id, RepoTags }) => Id === name || RepoTags.includes(name));
  const answer = ({ method, path, query }: DockerRequest): unknown => {
    if (path === "/images/json") return state.images;
    if (path === "/containers/json") return state.containers;
    const name = path.replace("/images/", "").replace(/\/json$/, "");
    const image = find(name);
    if (image === undefined) throw errorOfAnswer(404, '{"message":"No such image"}');
    if (name === state.unreadable) throw errorOfAnswer(500, '{"message":"layer does not exist"}');
    if (method === "GET") return { ...image, Config: { User: image.User ?? "" } };
    if (query?.["force"] === true && state.conflict !== "")
      throw errorOfAnswer(409, JSON.stringify({ message: state.conflict }));
    state.images = state.images.filter((other) => other !== image);
    return [];
  };
  const api = {
    endpoint: "unix:///fake",
    call: async (request: DockerRequest) => {
      state.calls.push(`${request.method} ${request.path}`);
      if (state.isDown) throw new CriError("Unavailable", "docker is down");
      return answer(request);
    },
    open: async (request: DockerRequest, life: AbortSignal) => {
      const { fromImage, tag } = request.query as Readonly<Record<string, string>>;
      state.calls.push(`${request.method} ${request.path} ${fromImage} ${tag}`);
      state.auths.push(request.registryAuth);
      const stream = new PassThrough();
      life.addEventListener("abort", () => stream.destroy(new Error("aborted")), { once: true });
      state.pulls.push(stream);
      return stream;
    },
  } as unknown as DockerApi;
  const clock: Clock = {
    nowNanos: () => 0n,
    monotonicMillis: () => state.millis,
    sleep: (_, own) =>
      new Promise((resolve, reject) => {
        state.sleepers.push(resolve);
        own?.addEventListener("abort", () => reject(own.reason as Error), { once: true });
      }),
  };
  const meter: Meter = {
    count: () => undefined,
    gauge: () => undefined,
    observe: (_, __, labels) => state.codes.push(labels?.["code"] ?? ""),
  };
  const usage = {} as ImageUsage;
  const images = new DockerImages({
    api,
    clock,
    log,
    meter,
    usage,
    sandboxImage: "pause:1",
    pullStallMillis: 10_000,
  });
  return { images, state, settle };
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) await new Promise(setImmediate);
}

const busybox: FakeImage = {
  Id: id("a"),
  RepoTags: ["busybox:1", "127.0.0.1:5000/b:2"],
  RepoDigests: [`busybox@${id("d")}`],
  Size: 5,
  User: "app:app",
};
const pause: FakeImage = { Id: id("b"), RepoTags: ["pause:1"], Size: 1, User: "65535" };

const isKind = (kind: string) => (thrown: unknown) => {
  assert.ok(thrown instanceof CriError, String(thrown));
  assert.equal(thrown.kind, kind, thrown.message);
  return true;
};

test("a list is read once, with each image's user, and then comes from memory", async () => {
  const { images, state } = setUp();
  state.images = [busybox, pause];
  const [first, second] = await images.list(signal);
  assert.deepEqual(
    [first?.id, first?.username, first?.uid, first?.pinned],
    [id("a"), "app", undefined, false],
  );
  assert.deepEqual(
    [second?.id, second?.username, second?.uid, second?.pinned],
    [id("b"), "", 65535, true],
  );
  assert.equal(state.calls.length, 3);
  await images.list(signal);
  assert.equal(state.calls.length, 3);
});

test("an image is found by id, short id, tag and digest, without a call", async () => {
  const { images, state } = setUp();
  state.images = [busybox, pause];
  await images.list(signal);
  const before = state.calls.length;
  const names = [
    id("a"),
    "a".repeat(64),
    "aaaaaaaaaaaa",
    "busybox:1",
    "docker.io/library/busybox:1",
    `busybox@${id("d")}`,
  ];
  for (const name of names)
    assert.equal((await images.status(spec(name), signal))?.id, id("a"), name);
  assert.equal(await images.status(spec("busybox"), signal), undefined);
  assert.equal(state.calls.length, before);
});

test("any number of events cost one listing, and no inspect of what is known", async () => {
  const { images, state, settle: wait } = setUp();
  state.images = [busybox];
  await images.list(signal);
  state.images = [{ ...busybox, RepoTags: ["busybox:3"] }];
  state.calls.length = 0;
  for (let n = 0; n < 5; n += 1) images.invalidate();
  await wait();
  assert.equal((await images.status(spec("busybox:3"), signal))?.id, id("a"));
  assert.ok(
    state.calls.length <= 2 && state.calls.every((call) => call === "GET /images/json"),
    state.calls.join(),
  );
});

test("an image that docker lists and cannot show hides no other, and is asked for again", async () => {
  const { images, state, settle: wait } = setUp();
  state.images = [busybox, pause];
  state.unreadable = busybox.Id;
  const damaged = await images.list(signal);
  assert.deepEqual(
    damaged.map(({ id: imageId, uid, username }) => [imageId, uid, username]),
    [
      [id("a"), undefined, ""],
      [id("b"), 65_535, ""],
    ],
  );
  state.unreadable = "";
  images.invalidate();
  await wait();
  assert.equal((await images.list(signal))[0]?.username, "app");
});

test("while docker is away the last list stands, and the next sign of it is followed", async () => {
  const { images, state, settle: wait } = setUp();
  state.images = [busybox];
  await images.list(signal);
  state.isDown = true;
  images.invalidate();
  await wait();
  assert.equal((await images.list(signal)).length, 1);
  state.isDown = false;
  state.images = [busybox, pause];
  images.invalidate();
  await wait();
  assert.equal((await images.list(signal)).length, 2);
});

test("before docker was ever reached a list is Unavailable, and a caller need not wait for it", async () => {
  const { images, state } = setUp();
  state.isDown = true;
  await assert.rejects(images.list(signal), isKind("Unavailable"));
  await assert.rejects(images.list(AbortSignal.abort()), isKind("Cancelled"));
});

test("one pull serves all who ask with the same credentials, by docker's own words for name and tag", async () => {
  const { images, state, settle: wait } = setUp();
  const auth = { type: "basic", username: "u", password: "p", serverAddress: "" } as const;
  const pulls = [
    images.pull(spec("busybox:1"), anonymous, signal),
    images.pull(spec("docker.io/library/busybox:1"), anonymous, signal),
    images.pull(spec("busybox:1"), auth, signal),
  ];
  await wait();
  assert.equal(state.pulls.length, 2);
  assert.equal(state.calls[0], "POST /images/create docker.io/library/busybox 1");
  assert.deepEqual(
    state.auths.map((header) => header === undefined),
    [true, false],
  );
  state.images = [busybox];
  for (const pull of state.pulls) pull.end('{"status":"Status: Downloaded"}\n');
  assert.deepEqual(
    (await Promise.all(pulls)).map((image) => image.id),
    [id("a"), id("a"), id("a")],
  );
  assert.deepEqual(state.codes, ["OK", "OK"]);
});

test("a digest takes the tag's place", async () => {
  const { images, state, settle: wait } = setUp();
  const pull = images.pull(spec(`busybox:1@${id("d")}`), anonymous, signal);
  await wait();
  assert.equal(state.calls[0], `POST /images/create docker.io/library/busybox ${id("d")}`);
  state.images = [busybox];
  state.pulls[0]?.end("");
  assert.equal((await pull).id, id("a"));
});

test("an error in the stream ends the pull with its kind", async () => {
  const { images, state, settle: wait } = setUp();
  const pull = images.pull(spec("busybox:2"), anonymous, signal);
  await wait();
  state.pulls[0]?.write('{"status":"Pulling from library/busybox","id":"2"}\n');
  state.pulls[0]?.write(
    '{"errorDetail":{"message":"unauthorized: no"},"error":"unauthorized: no"}\n',
  );
  await assert.rejects(pull, isKind("PermissionDenied"));
  assert.deepEqual(state.codes, ["PermissionDenied"]);
});

test("a stream that ends without the image is Unavailable", async () => {
  const { images, state, settle: wait } = setUp();
  const pull = images.pull(spec("busybox:2"), anonymous, signal);
  await wait();
  state.pulls[0]?.end('{"id":"a","status":"Downloading","progressDetail":{"current":1}}\n');
  await assert.rejects(pull, isKind("Unavailable"));
});

test("a registry that sends nothing worth mentioning is given up, extraction is waited for", async () => {
  const { images, state, settle: wait } = setUp();
  const pull = images.pull(spec("busybox:2"), anonymous, signal);
  const tell = async (status: string, current: number, millis: number) => {
    state.pulls[0]?.write(`${JSON.stringify({ id: "l", status, progressDetail: { current } })}\n`);
    await wait();
    state.millis += millis;
    for (const wake of state.sleepers.splice(0)) wake();
    await wait();
  };
  await wait();
  await tell("Downloading", 1_000, 9_000);
  await tell("Downloading", 2_000_000, 9_000);
  await tell("Extracting", 10, 900_000);
  await tell("Extracting", 20, 900_000);
  assert.equal(state.pulls[0]?.destroyed, false);
  const rejected = assert.rejects(pull, isKind("DeadlineExceeded"));
  await tell("Downloading", 10, 6_000);
  await tell("Downloading", 20, 6_000);
  await rejected;
  assert.equal(state.pulls[0]?.destroyed, true);
});

test("when the last caller goes, docker's pull ends", async () => {
  const { images, state, settle: wait } = setUp();
  const caller = new AbortController();
  const pull = images.pull(spec("busybox:1"), anonymous, caller.signal);
  await wait();
  caller.abort();
  await assert.rejects(pull, isKind("Cancelled"));
  await wait();
  assert.equal(state.pulls[0]?.destroyed, true);
});

test("an id is found or NotFound, and never pulled; nonsense is InvalidArgument", async () => {
  const { images, state } = setUp();
  state.images = [busybox];
  assert.equal((await images.pull(spec(id("a")), anonymous, signal)).id, id("a"));
  await assert.rejects(images.pull(spec(id("c")), anonymous, signal), isKind("NotFound"));
  await assert.rejects(
    images.pull(spec("UPPER case"), anonymous, signal),
    isKind("InvalidArgument"),
  );
  assert.equal(state.pulls.length, 0);
});

test("a removal takes the image with all names in one call; a missing one is no error", async () => {
  const { images, state } = setUp();
  state.images = [busybox, pause];
  await images.remove(imageId(id("a")), signal);
  assert.deepEqual(
    (await images.list(signal)).map((image) => image.id),
    [id("b")],
  );
  assert.equal(state.calls.filter((call) => call.startsWith("DELETE")).length, 1);
  await images.remove(imageId(id("a")), signal);
});

test("an image in use is FailedPrecondition naming the container; one that has ended does not count", async () => {
  const { images, state } = setUp();
  state.images = [busybox];
  state.containers = [
    { Id: "c".repeat(64), Names: ["/other"], ImageID: id("e"), State: "running" },
    { Id: "d".repeat(64), Names: ["/k8s_app"], ImageID: id("a"), State: "created" },
  ];
  const removing = images.remove(imageId(id("a")), signal);
  await assert.rejects(
    removing,
    (thrown) => isKind("FailedPrecondition")(thrown) && /k8s_app/.test(String(thrown)),
  );
  assert.equal(state.images.length, 1);
  state.containers = state.containers.map((container) => ({ ...container, State: "exited" }));
  await images.remove(imageId(id("a")), signal);
  assert.equal(state.images.length, 0);
});

test("two removals at once both succeed", async () => {
  const { images, state } = setUp();
  state.images = [busybox];
  await images.list(signal);
  await Promise.all([
    images.remove(imageId(id("a")), signal),
    images.remove(imageId(id("a")), signal),
  ]);
});

test("an image that another is made of loses its names", async () => {
  const { images, state } = setUp();
  state.images = [{ ...pause, RepoTags: ["docker.io/library/pause:1"] }];
  state.conflict = "image has dependent child images";
  await images.remove(imageId(id("b")), signal);
  assert.deepEqual(
    state.calls.filter((call) => call.startsWith("DELETE")),
    [`DELETE /images/${id("b")}`, "DELETE /images/docker.io/library/pause:1"],
  );
});
