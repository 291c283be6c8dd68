import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { createReadStream, createWriteStream, existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { finished } from "node:stream/promises";
import { after, before, beforeEach, test } from "node:test";
import { systemClock } from "../../src/host/clock.ts";
import { RegistryHosts } from "../../src/images/hosts/registry-hosts.ts";
import { ImageStore } from "../../src/images/image-store.ts";
import { platformOfNode } from "../../src/images/platform.ts";
import type { RegistryAuth } from "../../src/model/image.ts";
import { parseReference } from "../../src/model/image-reference.ts";
import { busyboxTree } from "../harness/busybox-tree.ts";
import { command } from "../harness/command.ts";
import { type PushedImage, Registry } from "../harness/registry.ts";
import { RegistryGate } from "./registry-gate.ts";
import { silentLog } from "./silent-log.ts";

const anonymous: RegistryAuth = { type: "anonymous" };
const { signal } = new AbortController();
let folder: string;
let registry: Registry;
let gate: RegistryGate;
let pushed: PushedImage;
let store: ImageStore;
const bulk = randomBytes(3 << 20);

before(async () => {
  folder = await mkdtemp(join(process.env["TMPDIR"] ?? "/var/tmp", "image-store-"));
  registry = await Registry.start(join(folder, "registry"));
  gate = await RegistryGate.open(registry.url);
  pushed = await registry.push({
    name: "store/app",
    tags: ["1", "2"],
    layers: [
      await busyboxTree(),
      [
        { path: "data", type: "folder", mode: 0o750, uid: 7 },
        { path: "data/bulk", type: "file", content: bulk, mode: 0o4711, uid: 1234, gid: 56 },
        { path: "old", type: "folder" },
        { path: "old/a", type: "file", content: Buffer.from("a") },
        { path: "old/b", type: "file", content: Buffer.from("b") },
      ],
      [
        { path: "data/.wh.bulk", type: "file" },
        { path: "old", type: "folder" },
        { path: "old/.wh..wh..opq", type: "file" },
        { path: "old/c", type: "file", content: Buffer.from("c") },
      ],
    ],
    config: { Cmd: ["sh"], User: "1234:56" },
  });
});

after(async () => {
  await gate[Symbol.asyncDispose]();
  await registry[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

beforeEach(async () => {
  gate.auth = { type: "none" };
  gate.flow = { type: "whole" };
  gate.blobs.clear();
  store = await openStore(await mkdtemp(join(folder, "store-")));
});

let root: string;

async function openStore(at: string, stallMillis = 60_000): Promise<ImageStore> {
  root = at;
  const options = {
    root,
    hosts: new RegistryHosts({ certDirs: [join(folder, "certs.d")], registriesConf: [] }),
    platform: platformOfNode(process.arch),
    stallMillis,
    maxDownloads: 3,
    clock: systemClock,
    log: silentLog,
  };
  return await ImageStore.open(options, signal);
}

function pull(name: string, auth = anonymous) {
  return store.pull({ reference: parseReference(name), auth }, signal);
}

const throughGate = (tag = "1") => `${gate.host}/store/app:${tag}`;

test("a pulled image has the ids and names that the registry's content says", async () => {
  const { image } = await pull(pushed.reference);
  assert.equal(image.id, pushed.configDigest);
  assert.deepEqual(image.repoTags, [pushed.reference]);
  assert.deepEqual(image.repoDigests, [`${pushed.repository}@${pushed.digest}`]);
  assert.equal(image.uid, 1234);
  await pull(`${pushed.repository}:2`);
  await pull(`${pushed.repository}@${pushed.digest}`);
  const [only, ...others] = await store.list();
  assert.deepEqual(others, []);
  assert.deepEqual(only?.image.repoTags, [pushed.reference, `${pushed.repository}:2`]);
  assert.equal((await store.find(image.id.slice("sha256:".length, 20)))?.image.id, image.id);
});

test("what is missing, and who may not, is told by kind", async () => {
  await assert.rejects(pull(`${pushed.repository}:none`), { kind: "NotFound", message: /none/ });
  await assert.rejects(pull("127.0.0.1:1/app"), { kind: "Unavailable" });
  gate.auth = { type: "basic", username: "user", password: "secret" };
  await assert.rejects(pull(throughGate()), { kind: "PermissionDenied" });
  const wrong = { type: "basic", username: "user", password: "guess", serverAddress: "" } as const;
  await assert.rejects(pull(throughGate(), wrong), (error: Error) => {
    assert.match(error.message, /401/);
    assert.doesNotMatch(error.message, /guess/);
    return true;
  });
  assert.deepEqual(await store.list(), []);
});

test("passwords, tokens and refresh tokens open the gate", async () => {
  const serverAddress = gate.host;
  gate.auth = { type: "basic", username: "user", password: "secret" };
  await pull(throughGate(), { type: "basic", username: "user", password: "secret", serverAddress });
  gate.auth = { type: "bearer", token: "given", refreshToken: "refresh" };
  await pull(throughGate("2"), { type: "registryToken", registryToken: "given", serverAddress });
  await pull(throughGate(), { type: "identityToken", identityToken: "refresh", serverAddress });
});

test("a connection that breaks off is taken up where it broke", async () => {
  gate.flow = { type: "break", afterBytes: 1 << 20 };
  const { image } = await pull(throughGate());
  assert.equal(image.id, pushed.configDigest);
  assert.ok(Math.max(...gate.blobs.values()) >= 3, "the large layer came in several parts");
});

test("a download that ended early goes on in the next pull", async () => {
  store = await openStore(root, 500);
  gate.flow = { type: "stall", afterBytes: 2 << 20 };
  await assert.rejects(pull(throughGate()), { kind: "DeadlineExceeded", message: /sent nothing/ });
  const begun = (await readdir(join(root, "ingest"))).filter((name) => !name.endsWith(".lock"));
  // Layers come at once: a second one may have begun.
  assert.ok(begun.length > 0, "what has come is kept");
  gate.flow = { type: "whole" };
  const { image } = await pull(throughGate());
  assert.equal(image.id, pushed.configDigest);
  assert.deepEqual(await readdir(join(root, "ingest")), []);
});

test("a registry that drips is given up, one that sends other bytes is refused, and nothing of it stays", async () => {
  store = await openStore(root, 500);
  gate.flow = { type: "drip", bytes: 1, everyMillis: 50 };
  await assert.rejects(pull(throughGate()), { kind: "DeadlineExceeded" });
  gate.flow = { type: "damaged" };
  await assert.rejects(pull(throughGate()), { kind: "InvalidArgument", message: /digest/ });
  assert.deepEqual(await store.list(), []);
  await store.collect(signal);
  assert.deepEqual(await readdir(join(root, "blobs/sha256")), []);
});

test("pulls of one image in four processes' stores at once leave one whole image", async () => {
  const stores = [store, await openStore(root), await openStore(root), await openStore(root)];
  const reference = parseReference(throughGate());
  await Promise.all(stores.map((one) => one.pull({ reference, auth: anonymous }, signal)));
  for (const one of stores) assert.equal((await one.list()).length, 1);
  const large = Math.max(...gate.blobs.values());
  assert.equal(large, 1, "each blob was fetched once");
});

test("a mirror of hosts.toml is asked first, the registry when it fails", async () => {
  const certs = join(folder, "certs.d", "origin.example");
  await mkdir(certs, { recursive: true });
  const mirror = `[host."http://${gate.host}"]\ncapabilities = ["pull", "resolve"]\n`;
  await writeFile(join(certs, "hosts.toml"), mirror);
  const { image } = await pull("origin.example/store/app:1");
  assert.deepEqual(image.repoTags, ["origin.example/store/app:1"]);
  assert.ok(gate.blobs.size > 0);
  const origin = `server = "${registry.url}"\n[host."http://127.0.0.1:1"]\n`;
  await writeFile(join(certs, "hosts.toml"), origin);
  await pull("origin.example/store/app:2");
  assert.equal((await store.list()).length, 1);
});

test("layers lie unpacked with owners and modes, and overlay sees what they take away", async (t) => {
  const stored = await pull(pushed.reference);
  const folders = await store.unpack(stored, signal);
  assert.equal(folders.length, 3);
  const stdout = await command("stat", ["-c", "%a %u:%g", join(folders[1] ?? "", "data/bulk")]);
  assert.equal(stdout.trim(), "4711 1234:56");
  const merged = await mkdtemp(join(folder, "merged-"));
  const options = `lowerdir=${[...folders].reverse().join(":")}`;
  // The newer system calls take no option beyond 256 bytes (fsconfig(2)).
  const mount = ["LIBMOUNT_FORCE_MOUNT2=always", "mount"];
  await command("env", [...mount, "-t", "overlay", "-o", options, "overlay", merged]);
  t.after(() => command("umount", [merged]));
  assert.deepEqual(await readdir(join(merged, "data")), []);
  assert.deepEqual(await readdir(join(merged, "old")), ["c"]);
  assert.ok(existsSync(join(merged, "bin/busybox")));
});

test("content goes with the last name, and not before", async () => {
  const { image } = await pull(pushed.reference);
  await store.unpack((await store.list())[0] ?? assert.fail(), signal);
  await store.remove(image.id, signal);
  assert.deepEqual(await store.list(), []);
  assert.deepEqual(await readdir(join(root, "blobs/sha256")), []);
  assert.deepEqual(await readdir(join(root, "layers")), []);
  await store.remove(image.id, signal);
});

test("skopeo reads the store, and what it writes is loaded with the same id", async () => {
  const oci = `docker://${gate.host}/store/oci:1`;
  const insecure = ["--src-tls-verify=false", "--dest-tls-verify=false"];
  const origin = `docker://127.0.0.1:${registry.port}/store/oci:1`;
  await command("skopeo", [
    "copy",
    ...insecure,
    "--format",
    "oci",
    `docker://${pushed.reference}`,
    origin,
  ]);
  const name = oci.slice("docker://".length);
  const { image } = await pull(name);
  const stdout = await command("skopeo", ["inspect", "--config", `oci:${root}:${name}`]);
  assert.match(stdout, /"User": ?"1234:56"/);
  for (const form of ["docker-archive", "oci-archive"]) {
    const file = join(root, `${form}.tar`);
    const named = `${form}:${file}:example.com/${form}:7`;
    await command("skopeo", ["copy", ...insecure, `docker://${name}`, named]);
    const [loaded] = await store.load(createReadStream(file), signal);
    assert.deepEqual(loaded?.image.repoTags, [`example.com/${form}:7`]);
    if (form === "oci-archive") assert.equal(loaded?.image.id, image.id);
    assert.equal((await store.unpack(loaded ?? assert.fail(), signal)).length, 3);
  }
});

test("what we save, skopeo and we ourselves read", async () => {
  const { image } = await pull(pushed.reference);
  const file = join(root, "saved.tar");
  const output = createWriteStream(file);
  await store.save([pushed.reference], output, signal);
  output.end();
  await finished(output);
  const stdout = await command("skopeo", ["inspect", "--config", `docker-archive:${file}`]);
  assert.match(stdout, /"User": ?"1234:56"/);
  const other = await openStore(await mkdtemp(join(folder, "store-")));
  const [loaded] = await other.load(createReadStream(file), signal);
  assert.equal(loaded?.image.id, image.id);
  assert.deepEqual(loaded?.image.repoTags, [pushed.reference]);
});

test("what is no archive is refused, and names nothing", async () => {
  const file = join(root, "no.tar");
  await writeFile(file, "text ".repeat(500));
  await assert.rejects(store.load(createReadStream(file), signal), { kind: "InvalidArgument" });
  await writeFile(file, Buffer.alloc(1024));
  await assert.rejects(store.load(createReadStream(file), signal), {
    kind: "InvalidArgument",
    message: /neither/,
  });
  assert.deepEqual(JSON.parse(await readFile(join(root, "index.json"), "utf8")).manifests, []);
});
