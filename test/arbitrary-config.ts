import fc from "fast-check";
import type { ContainerConfig } from "../src/model/container.ts";
import type { ImageSpec } from "../src/model/image.ts";
import type { Mount } from "../src/model/mount.ts";
import type { PodSandboxConfig } from "../src/model/pod-sandbox.ts";
import type { LinuxResources } from "../src/model/resources.ts";
import type {
  ContainerSecurityContext,
  NamespaceOptions,
  SandboxSecurityContext,
  SecurityProfile,
} from "../src/model/security.ts";

/* Everything that the CRI's decoders accept, or nearly: for tests that hold for every configuration. */

/** Any text that protobuf can carry, which is well-formed Unicode. */
const anyText = fc.string({ unit: "grapheme" });
const textWithoutNul = anyText.map((text) => text.replaceAll("\0", "?"));
const line = anyText.map((text) => text.replace(/\p{Cc}/gu, "?"));
const name = line.filter((text) => text !== "");
const word = fc.stringMatching(/^[0-9A-Za-z:.%_-]{1,12}$/);
const segment = fc.stringMatching(/^[a-z0-9][a-z0-9._-]{0,8}$/);
const relativePath = fc.array(segment, { minLength: 1, maxLength: 4 }).map((s) => s.join("/"));
const absolutePath = relativePath.map((path) => `/${path}`);
const textMap = fc.dictionary(anyText, anyText, { maxKeys: 5, noNullPrototype: true });
const id = fc.integer({ min: 0, max: 2 ** 32 - 2 });
const attempt = fc.integer({ min: 0, max: 2 ** 32 - 1 });

/** Objects as the decoders make them: with the usual prototype. */
function record<T>(fields: { [Key in keyof T]: fc.Arbitrary<T[Key]> }): fc.Arbitrary<T> {
  return fc.record<T>(fields, { noNullPrototype: true });
}

function maybe<T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> {
  return fc.option(arbitrary, { nil: undefined });
}

const positive = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER });
const positiveOrUnlimited = fc.oneof(positive, fc.constant(-1));
const oomScoreAdj = fc.integer({ min: -1000, max: 1000 }).filter((value) => value !== 0);

/** Limits; 0 is left out, since the wire cannot tell it from nothing. */
export const arbitraryResources: fc.Arbitrary<LinuxResources> = record({
  cpuPeriodMicros: maybe(positive),
  cpuQuotaMicros: maybe(positiveOrUnlimited),
  cpuShares: maybe(positive),
  memoryLimitBytes: maybe(positiveOrUnlimited),
  memorySwapLimitBytes: maybe(positiveOrUnlimited),
  oomScoreAdj: maybe(oomScoreAdj),
  cpusetCpus: maybe(fc.constantFrom("0", "0-3", "0-3,7,9-11")),
  cpusetMems: maybe(fc.constantFrom("0", "0-1")),
  hugepageLimits: fc.array(
    record({
      pageSize: fc.constantFrom("64KB", "2MB", "1GB"),
      limitBytes: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
    }),
    { maxLength: 3 },
  ),
  unified: fc.dictionary(fc.constantFrom("memory.high", "io.weight", "hugetlb.2MB.max"), line, {
    noNullPrototype: true,
  }),
});

/** One mapping, so that none overlap. */
const mapping = record({
  hostId: fc.integer({ min: 0, max: 2 ** 31 }),
  containerId: fc.integer({ min: 0, max: 2 ** 31 }),
  length: fc.integer({ min: 1, max: 2 ** 31 - 1 }),
});
const mappings = fc.tuple(mapping);

const userNamespace = fc.oneof(
  record({ mode: fc.constant("POD" as const), uids: mappings, gids: mappings }),
  fc.constant({ mode: "NODE" as const, uids: [], gids: [] }),
);

const untargeted = fc.constantFrom("POD" as const, "CONTAINER" as const, "NODE" as const);

const sandboxNamespaces: fc.Arbitrary<NamespaceOptions> = record({
  network: untargeted,
  pid: untargeted,
  ipc: untargeted,
  targetId: fc.constant(undefined),
  user: maybe(userNamespace),
});

const containerNamespaces: fc.Arbitrary<NamespaceOptions> = fc
  .tuple(sandboxNamespaces, maybe(segment))
  .map(([options, targetId]) =>
    targetId === undefined ? options : { ...options, pid: "TARGET", targetId },
  );

function profile(ref: fc.Arbitrary<string>): fc.Arbitrary<SecurityProfile | undefined> {
  return maybe(
    fc.oneof(
      record({ type: fc.constantFrom("RuntimeDefault" as const, "Unconfined" as const) }),
      record({ type: fc.constant("Localhost" as const), ref }),
    ),
  );
}

const label = fc.stringMatching(/^[a-z_]{1,8}$/);

/** Every field but those that sandboxes and containers have in different forms. */
const sharedSecurity = {
  privileged: fc.boolean(),
  selinux: maybe(
    record({ user: label, role: label, type: label, level: fc.constantFrom("", "s0:c1,c2") }),
  ),
  readonlyRootfs: fc.boolean(),
  supplementalGroups: fc.array(id, { maxLength: 3 }),
  supplementalGroupsPolicy: fc.constantFrom("Merge" as const, "Strict" as const),
  seccomp: profile(absolutePath),
  apparmor: profile(segment),
};

interface User {
  readonly runAsUser: number | undefined;
  readonly runAsGroup: number | undefined;
}

/** A group only beside a user, as the CRI demands. */
const user: fc.Arbitrary<User> = fc.oneof(
  fc.constant({ runAsUser: undefined, runAsGroup: undefined }),
  record({ runAsUser: id, runAsGroup: maybe(id) }),
);

const namedUser: fc.Arbitrary<User & { readonly runAsUsername: string | undefined }> = fc.oneof(
  user.map((numbers) => ({ ...numbers, runAsUsername: undefined })),
  record({
    runAsUser: fc.constant(undefined),
    runAsGroup: maybe(id),
    runAsUsername: segment,
  }),
);

const sandboxSecurity: fc.Arbitrary<SandboxSecurityContext> = fc
  .tuple(record({ ...sharedSecurity, namespaces: sandboxNamespaces }), user)
  .map(([security, ids]) => ({ ...security, ...ids }));

const capabilities = fc.array(fc.constantFrom("ALL", "CHOWN", "NET_ADMIN", "CHECKPOINT_RESTORE"), {
  maxLength: 3,
});

const containerSecurity: fc.Arbitrary<ContainerSecurityContext> = fc
  .tuple(
    record({
      ...sharedSecurity,
      namespaces: containerNamespaces,
      capabilities: record({ add: capabilities, drop: capabilities, addAmbient: capabilities }),
      noNewPrivs: fc.boolean(),
      maskedPaths: fc.array(absolutePath, { maxLength: 2 }),
      readonlyPaths: fc.array(absolutePath, { maxLength: 2 }),
    }),
    namedUser,
  )
  .map(([security, ids]) => ({ ...security, ...ids }));

const imageSpec: fc.Arbitrary<ImageSpec> = record({
  image: word,
  annotations: textMap,
  userSpecifiedImage: line,
  runtimeHandler: line,
  imageRef: line,
});

const mountOptions = fc.array(fc.constantFrom("noexec", "nodev", "nosuid"), { maxLength: 2 });

const plainMount = {
  containerPath: absolutePath,
  selinuxRelabel: fc.boolean(),
  uidMappings: fc.array(mapping, { maxLength: 2 }),
  gidMappings: fc.array(mapping, { maxLength: 2 }),
  mountOptions,
};

const mount: fc.Arbitrary<Mount> = fc.oneof(
  record({
    ...plainMount,
    hostPath: absolutePath,
    readonly: fc.boolean(),
    recursiveReadOnly: fc.constant(false),
    propagation: fc.constantFrom("PRIVATE", "HOST_TO_CONTAINER", "BIDIRECTIONAL"),
    image: fc.constant(undefined),
    imageSubPath: fc.constant(""),
  }),
  record({
    ...plainMount,
    hostPath: absolutePath,
    readonly: fc.constant(true),
    recursiveReadOnly: fc.constant(true),
    propagation: fc.constant("PRIVATE"),
    image: fc.constant(undefined),
    imageSubPath: fc.constant(""),
  }),
  record({
    ...plainMount,
    hostPath: fc.constant(""),
    readonly: fc.constant(true),
    recursiveReadOnly: fc.constant(false),
    propagation: fc.constant("PRIVATE"),
    image: imageSpec,
    imageSubPath: fc.oneof(fc.constant(""), relativePath),
  }),
);

const words = fc.array(word, { maxLength: 3 });
const port = fc.integer({ min: 1, max: 65_535 });

/** A sandbox's configuration as runtimes accept it. */
export const arbitraryPodSandboxConfig: fc.Arbitrary<PodSandboxConfig> = record({
  metadata: record({ name, uid: line, namespace: name, attempt }),
  hostname: fc.stringMatching(/^[0-9a-z.-]{0,64}$/),
  logDirectory: fc.oneof(fc.constant(""), absolutePath),
  dns: maybe(record({ servers: words, searches: words, options: words })),
  portMappings: fc.array(
    record({
      protocol: fc.constantFrom("TCP", "UDP", "SCTP"),
      containerPort: port,
      hostPort: fc.oneof(fc.constant(0), port),
      hostIp: fc.oneof(fc.constant(""), fc.ipV4(), fc.ipV6()),
    }),
    { maxLength: 3 },
  ),
  labels: textMap,
  annotations: textMap,
  cgroupParent: fc.oneof(fc.constant(""), fc.constant("kubepods-pod1.slice"), absolutePath),
  sysctls: fc.dictionary(fc.constantFrom("kernel.sem", "net/ipv4/conf/eth0.1/arp_ignore"), line, {
    noNullPrototype: true,
  }),
  security: sandboxSecurity,
  overhead: maybe(arbitraryResources),
  resources: maybe(arbitraryResources),
});

const environmentVariable = record({
  key: textWithoutNul.map((text) => text.replaceAll("=", "?")).filter((text) => text !== ""),
  value: fc.uint8Array({ min: 1, max: 255 }),
});

/** A container's configuration as runtimes accept it. */
export const arbitraryContainerConfig: fc.Arbitrary<ContainerConfig> = record({
  metadata: record({ name, attempt }),
  image: imageSpec,
  command: fc.array(textWithoutNul, { maxLength: 3 }),
  args: fc.array(textWithoutNul, { maxLength: 3 }),
  workingDir: fc.oneof(fc.constant(""), absolutePath),
  envs: fc.array(environmentVariable, { maxLength: 5 }),
  mounts: fc.array(mount, { maxLength: 3 }),
  devices: fc.array(
    record({
      containerPath: absolutePath,
      hostPath: absolutePath,
      permissions: fc.constantFrom("r", "rw", "mrw"),
    }),
    { maxLength: 2 },
  ),
  labels: textMap,
  annotations: textMap,
  logPath: fc.oneof(fc.constant(""), relativePath),
  stdin: fc.boolean(),
  stdinOnce: fc.boolean(),
  tty: fc.boolean(),
  cdiDevices: fc.array(fc.constantFrom("vendor.com/gpu=0", "a/b=c:d"), { maxLength: 2 }),
  stopSignal: maybe(fc.constantFrom("SIGTERM", "SIGRTMIN", "SIGRTMIN+15", "SIGRTMAX-14")),
  resources: arbitraryResources,
  security: containerSecurity,
});
