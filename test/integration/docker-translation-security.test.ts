import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { ContainerSecurityContext } from "../../src/model/security.ts";
import { examplePod, exampleSecurity, podNamespaces } from "../fixtures/docker-pod.ts";
import { dockerApi } from "./docker-host.ts";
import { type Change, DockerPodBench } from "./docker-pod-bench.ts";

let bench: DockerPodBench;
before(async () => {
  bench = await DockerPodBench.open(dockerApi());
});
after(() => bench[Symbol.asyncDispose]());

function secured(security: Partial<ContainerSecurityContext>, input: Change["input"] = {}): Change {
  return { config: { security: { ...exampleSecurity, ...security } }, input };
}

/** The names of a set of capabilities, as bits. */
function bitsOf(said: string, field: string): bigint {
  const hex = new RegExp(`^${field}:\\s*([0-9a-f]+)`, "m").exec(said)?.[1];
  return BigInt(`0x${hex ?? "?"}`);
}

const showRights = "grep -E '^(Cap|Seccomp:|NoNewPrivs|Groups|Uid|Gid)' /proc/self/status";
const sysResource = 1n << 24n;
const sysAdmin = 1n << 21n;

test("a privileged container starts here, with no right that the node lacks", async () => {
  const sandbox = await bench.sandbox();
  const script = `${showRights}; ls /dev; cat /proc/sys/kernel/printk > /tmp/p && cat /tmp/p > /proc/sys/kernel/printk && echo writable`;
  const { said, facts } = await bench.run(sandbox, script, secured({ privileged: true }));
  assert.equal(facts.error, "");
  const effective = bitsOf(said, "CapEff");
  assert.notEqual(effective & sysAdmin, 0n);
  const has = bench.limits.capabilities.includes("SYS_RESOURCE");
  assert.equal((effective & sysResource) !== 0n, has);
  assert.match(said, /^Seccomp:\s*0$/m);
  assert.match(said, /^kmsg$/m);
  assert.match(said, /^writable$/m);
});

test("a command executed in a privileged container has its rights", async () => {
  const sandbox = await bench.sandbox();
  const { signal } = new AbortController();
  const security = { ...exampleSecurity, privileged: true };
  const id = await bench.start(sandbox, { config: { command: ["sleep", "1000"], security } });
  const body = { AttachStdout: true, Cmd: ["mount", "-t", "tmpfs", "none", "/tmp"] };
  const made = await bench.api.call(
    { method: "POST", path: `/containers/${id}/exec`, body },
    signal,
  );
  const { Id } = made as { readonly Id: string };
  const start = { method: "POST", path: `/exec/${Id}/start`, body: { Detach: false } } as const;
  for await (const chunk of await bench.api.open(start, signal)) assert.ok(chunk);
  const ended = await bench.api.call({ method: "GET", path: `/exec/${Id}/json` }, signal);
  assert.equal((ended as { readonly ExitCode: number }).ExitCode, 0);
});

test("a privileged pod on the host's network may write to its sysfs", async () => {
  const namespaces = { ...podNamespaces, network: "NODE" } as const;
  const security = { ...examplePod.security, namespaces };
  const sandbox = await bench.sandbox({ hostname: "", sysctls: {}, security });
  const { said } = await bench.run(
    sandbox,
    "grep -w /sys /proc/mounts",
    secured({ privileged: true }),
  );
  assert.match(said, /sysfs \/sys sysfs rw/);
});

test("ALL but one is all this node has but one", async () => {
  const sandbox = await bench.sandbox();
  const capabilities = { add: ["ALL"], drop: ["SYS_ADMIN"], addAmbient: [] };
  const { said } = await bench.run(sandbox, showRights, secured({ capabilities }));
  const effective = bitsOf(said, "CapEff");
  assert.equal(effective & sysAdmin, 0n);
  assert.notEqual(effective & (1n << 12n), 0n);
});

test("no capability but one is that one", async () => {
  const sandbox = await bench.sandbox();
  const capabilities = { add: ["NET_ADMIN"], drop: ["ALL"], addAmbient: [] };
  const { said } = await bench.run(sandbox, showRights, secured({ capabilities }));
  assert.equal(bitsOf(said, "CapEff"), 1n << 12n);
});

test("seccomp is none, docker's or the file's, as asked", async () => {
  const sandbox = await bench.sandbox();
  const none = await bench.run(sandbox, showRights, secured({ seccomp: undefined }));
  assert.match(none.said, /^Seccomp:\s*0$/m);
  const standard = await bench.run(sandbox, showRights, secured({ noNewPrivs: true }));
  assert.match(standard.said, /^Seccomp:\s*2$/m);
  assert.match(standard.said, /^NoNewPrivs:\s*1$/m);
  const seccompProfile = JSON.stringify({
    defaultAction: "SCMP_ACT_ALLOW",
    syscalls: [{ names: ["mkdir", "mkdirat"], action: "SCMP_ACT_ERRNO" }],
  });
  const seccomp = { type: "Localhost", ref: "/profiles/no-mkdir.json" } as const;
  const own = await bench.run(sandbox, "mkdir /x", secured({ seccomp }, { seccompProfile }));
  assert.match(own.said, /not permitted/);
});

test("masked and read-only paths are those asked for and no others", async () => {
  const sandbox = await bench.sandbox();
  const script = "wc -c </proc/version; touch /proc/sys/kernel/printk || echo kept; ls /proc/keys";
  const asked = { maskedPaths: ["/proc/version"], readonlyPaths: ["/proc/sys"] };
  const { said } = await bench.run(sandbox, script, secured(asked));
  assert.match(said, /^0$/m);
  assert.match(said, /^kept$/m);
  const bare = secured({ maskedPaths: [], readonlyPaths: [] });
  const open = await bench.run(sandbox, "wc -c </proc/version; mount | grep -c ' on /proc/'", bare);
  assert.match(open.said, /^[1-9]\d+\n0$/m);
});

test("groups follow the policy, whether or not a primary group is named", async () => {
  const sandbox = await bench.sandbox();
  const imageUser = { uid: 1000, gid: 1000, supplementalGroups: [50_000] };
  const supplementalGroups = [60_000];
  const table = [
    [{ runAsUser: 1000 }, "1000 50000 60000"],
    [{ runAsUsername: "worker" }, "1000 50000 60000"],
    [{ runAsUser: 1000, runAsGroup: 7 }, "7 50000 60000"],
    [{ runAsUser: 1000, supplementalGroupsPolicy: "Strict" }, "1000 60000"],
    [{ runAsUser: 1000, runAsGroup: 7, supplementalGroupsPolicy: "Strict" }, "7 60000"],
  ] as const;
  for (const [security, expected] of table) {
    const change = secured({ ...security, supplementalGroups }, { imageUser });
    const { said } = await bench.run(sandbox, showRights, change);
    assert.equal(/^Groups:\s*(.*?)\s*$/m.exec(said)?.[1], expected);
  }
});

test("docker takes every stop signal that the CRI knows", async () => {
  const sandbox = await bench.sandbox();
  const names =
    `ABRT ALRM BUS CHLD CLD CONT FPE HUP ILL INT IO IOT KILL PIPE POLL PROF PWR QUIT SEGV STKFLT STOP SYS TERM TRAP TSTP
    TTIN TTOU URG USR1 USR2 VTALRM WINCH XCPU XFSZ RTMIN RTMIN+1 RTMIN+15 RTMAX-14 RTMAX`.split(
      /\s+/,
    );
  for (const name of names) {
    const config = { stopSignal: `SIG${name}` };
    const inspect = await bench.inspect(await bench.make(sandbox, { config }));
    assert.equal(inspect.Config.StopSignal, `SIG${name}`);
  }
});
