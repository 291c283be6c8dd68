import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { CriError } from "../model/error.ts";
import { defaultConfig } from "./default-config.ts";
import { parseFlags, settingFlags } from "./flags.ts";
import { loadConfig, parseConfig, readConfig } from "./load-config.ts";

function parse(toml: string, ...args: string[]): ReturnType<typeof parseConfig> {
  return parseConfig({ toml, file: "f.toml", flags: parseFlags(args, settingFlags()).values });
}

function problemsOf(toml: string, ...args: string[]): readonly string[] {
  return parse(toml, ...args).problems;
}

test("an empty file and no flags give the documented defaults", () => {
  const { config, problems } = parse("");
  assert.deepEqual(problems, []);
  assert.deepEqual(config, {
    sandboxImage: "registry.k8s.io/pause:3.10",
    cgroupDriver: "auto",
    restrictOomScoreAdj: "auto",
    runtimeName: "auto",
    cri: { socket: "/run/cri-ferry/cri-ferry.sock" },
    state: { root: "/var/lib/cri-ferry", run: "/run/cri-ferry" },
    backends: { default: "auto", docker: { endpoint: "unix:///var/run/docker.sock" } },
    images: {
      progressTimeoutSeconds: 60,
      maxDownloads: 3,
      certDirs: ["/etc/containerd/certs.d", "/etc/docker/certs.d"],
      registriesConf: ["/etc/containers/registries.conf"],
      authFiles: ["/run/containers/0/auth.json", "/root/.docker/config.json"],
    },
    network: {
      confDirs: ["/etc/cni/net.d"],
      binDirs: ["/opt/cni/bin", "/usr/lib/cni"],
      cacheDir: "/var/lib/cni/cache",
    },
    streaming: {
      address: "127.0.0.1:0",
      tlsCert: "",
      tlsKey: "",
      idleTimeoutSeconds: 14_400,
      creationTimeoutSeconds: 30,
      tokenSeconds: 60,
      maxSessions: 1_000,
      maxPendingConnections: 100,
      headerTimeoutSeconds: 10,
    },
    metrics: { address: "127.0.0.1:9419", tlsCert: "", tlsKey: "", tokenFile: "" },
    tracing: { endpoint: "", samplingRatePerMillion: 0 },
    admin: { socket: "/run/cri-ferry/admin.sock" },
    log: { level: "info", format: "json" },
    logs: { adopt: "history", dockerBuffer: 33_554_432 },
    handlers: {},
  });
});

test("the printed default file reads back as the defaults and names every flag", () => {
  const printed = defaultConfig();
  assert.deepEqual(parse(printed), parse(""));
  for (const flag of Object.keys(settingFlags())) assert.ok(printed.includes(`--${flag}\n`), flag);
});

test("the example in the printed default file is right once its marks are taken away", () => {
  const printed = defaultConfig();
  const example = printed.slice(printed.indexOf("# [handlers."));
  assert.deepEqual(parse(example.replaceAll(/^# ?/gm, "")).config.handlers, {
    gvisor: { backend: "docker", runtime: "runsc", path: undefined, root: undefined },
  });
});

test("flags win over the file, and a repeated flag makes a list", () => {
  const args = ["--root=/flag", "--cni-bin-dir", "/a", "--cni-bin-dir", "/b"];
  const { config, problems } = parse('[state]\nroot = "/file"\nrun = "/run/file"', ...args);
  assert.deepEqual(problems, []);
  assert.deepEqual(config.state, { root: "/flag", run: "/run/file" });
  assert.deepEqual(config.network.binDirs, ["/a", "/b"]);
});

test("sizes are bytes or have a binary unit", () => {
  assert.equal(parse("[logs]\ndockerBuffer = 2097152").config.logs.dockerBuffer, 2_097_152);
  assert.equal(parse("", "--docker-log-buffer", "1GiB").config.logs.dockerBuffer, 2 ** 30);
});

const wrong: readonly (readonly [string, string])[] = [
  ['runtimename = "x"', "f.toml:1: runtimename is not a setting; did you mean runtimeName?"],
  ['socket = "/x"', "f.toml:1: socket is not a setting; did you mean cri.socket?"],
  ["\n[zzz]\nqqq = 1", "f.toml:2: zzz is not a setting"],
  ['[cri]\nsocket = "x"', 'f.toml:2: cri.socket must be an absolute path without "..", not "x"'],
  [`[cri]\nsocket = "/${"x".repeat(103)}"`, "f.toml:2: cri.socket must be a path of at most 103"],
  ["[cri]\nsocket = 3", "f.toml:2: cri.socket must be a text in quotes, not 3"],
  ["cri = 3", "f.toml:1: cri must be a table of keys"],
  [
    '[network]\nbinDirs = [\n "/a",\n "b"\n]',
    'f.toml:2: network.binDirs must be an absolute path without "..", not "b"',
  ],
  ["[network]\nbinDirs = []", "f.toml:2: network.binDirs must not be empty"],
  ['[network]\nbinDirs = "/a"', 'f.toml:2: network.binDirs must be a list of texts, not "/a"'],
  ['[log]\nlevel = "loud"', 'must be "debug", "info", "warn" or "error", not "loud"'],
  ['[logs]\ndockerBuffer = "3MB"', 'must be bytes or a size like "32MiB" (KiB, MiB, GiB)'],
  ["[logs]\ndockerBuffer = 5", "must lie between 1048576 and"],
  ["[logs]\ndockerBuffer = 1979-05-27", "not a date"],
  ['[streaming]\naddress = "localhost:1"', "must be IP:PORT"],
  ['[streaming]\naddress = "[::1]:70000"', "must be IP:PORT"],
  ['[metrics]\naddress = "x"', 'must be IP:PORT or "" (off)'],
  ['sandboxImage = "a b"', "must be an image reference"],
  ['runtimeName = "My Name"', "f.toml:1: runtimeName must be"],
  ['[handlers.a]\nruntime = "runc"', "f.toml:1: handlers.a needs the key backend"],
  ['handlers.A = {backend = "runc"}', "f.toml:1: handlers.A must be a name of a-z"],
  [
    'handlers.a = {backend = "docker", path = "/x"}',
    "f.toml:1: handlers.a.path is for backend runc",
  ],
  ["handlers.a = 1", "f.toml:1: handlers.a must be a table of keys"],
  ['handlers.a = {backend = "runc", pth = "/"}', "did you mean handlers.a.path?"],
  ['[metrics]\ntlsCert = "/c"', "f.toml:2: metrics.tlsCert needs metrics.tlsKey beside it"],
  ['[metrics]\ntlsKey = "/k"', "f.toml:2: metrics.tlsKey needs metrics.tlsCert beside it"],
  ['[streaming]\ntlsKey = "/k"', "f.toml:2: streaming.tlsKey needs streaming.tlsCert beside it"],
  ["[streaming]\nmaxSessions = 0", "streaming.maxSessions must be a whole number from 1 to 100000"],
  ['[metrics]\ntokenFile = "t"', "metrics.tokenFile must be an absolute path"],
  ["[cri\nsocket", "f.toml:1: Invalid TOML"],
  ['[cri]\nsocket="/a"\nsocket="/b"', "f.toml:3: Invalid TOML"],
  ["[__proto__]\na = 1", "f.toml"],
];
for (const [toml, message] of wrong) {
  test(`a wrong file is explained with line and key: ${JSON.stringify(toml).slice(0, 60)}`, () => {
    const problems = problemsOf(toml);
    assert.ok(problems.join("\n").includes(message), problems.join("\n"));
  });
}

test("a remote docker engine is refused with the reason", () => {
  for (const endpoint of ["tcp://10.0.0.1:2375", "http://x", "ssh://x"]) {
    const problems = problemsOf("", "--docker-endpoint", endpoint);
    assert.match(problems.join(), /^--docker-endpoint must be a local unix.*read on this machine/);
  }
  const relative = problemsOf("", "--docker-endpoint", "unix://docker.sock");
  assert.match(relative.join(), /must be unix:\/\/ and an absolute path/);
});

test("every problem of a file is told at once", () => {
  assert.equal(problemsOf('a = 1\nb = 2\n[cri]\nsocket = "x"').length, 3);
});

test("flags that are unknown, incomplete or lack a value are usage errors", () => {
  const parseOnly = (...args: string[]) => parseFlags(args, settingFlags());
  assert.throws(() => parseOnly("--sokcet", "x"), /unknown flag --sokcet; did you mean --socket\?/);
  assert.throws(() => parseOnly("--socket"), /--socket.*argument missing/);
  assert.throws(
    () => parseOnly("--socket", "-x"),
    /: --socket needs a value; one that begins with - is --socket=VALUE$/,
  );
  assert.throws(() => parseOnly("-x"), { name: "CriError", kind: "InvalidArgument" });
});

test("whatever the text, it is read or explained, never thrown at", () => {
  const fragment = fc.constantFrom(
    "[cri]",
    "socket",
    "=",
    '"',
    "'",
    "[",
    "]",
    "{",
    "\n",
    "handlers",
    ".",
  );
  const toml = fc.array(fc.oneof(fragment, fc.string({ maxLength: 4 })), { maxLength: 20 });
  fc.assert(
    fc.property(toml, (parts) => {
      const { config, problems } = parse(parts.join(""));
      assert.ok(typeof config.cri.socket === "string");
      for (const problem of problems) assert.match(problem, /^f\.toml/);
    }),
  );
});

test("files: the asked one must exist, be text and small; all problems make one error", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "config-"));
  t.after(() => rm(folder, { recursive: true }));
  const file = join(folder, "config.toml");
  await assert.rejects(readConfig({ file }), { kind: "NotFound", message: /configuration file/ });
  await writeFile(file, Buffer.from([0xff, 0xfe, 0x00]));
  await assert.rejects(readConfig({ file }), { kind: "InvalidArgument" });
  await writeFile(file, `# ${"x".repeat(70_000)}`);
  await assert.rejects(readConfig({ file }), /larger than 64 KiB/);
  await writeFile(file, "a = 1\nb = 2\n");
  await assert.rejects(
    loadConfig({ file }),
    (error) => error instanceof CriError && /a is not.*; .*b is not/.test(error.message),
  );
  await writeFile(file, '[state]\nroot = "/r"\n');
  assert.equal((await loadConfig({ file })).state.root, "/r");
});
