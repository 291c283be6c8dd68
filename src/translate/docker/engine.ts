import { CriError } from "../../model/error.ts";
import type { CgroupDriver, HandlerFeatures, RuntimeHandler } from "../../model/runtime.ts";
import type { DockerInfo, DockerVersion } from "./api.ts";

/** What this engine is and can do; read once a connection. */
export interface EngineFacts {
  /** The API version that is spoken, `1.41`. */
  readonly apiVersion: string;
  /** The engine's own version, `20.10.24+dfsg1`. */
  readonly version: string;
  readonly cgroupVersion: 1 | 2;
  readonly cgroupDriver: CgroupDriver;
  readonly seccomp: boolean;
  readonly apparmor: boolean;
  readonly selinux: boolean;
  /** The whole daemon runs its containers in one user namespace (userns-remap). */
  readonly usernsRemap: boolean;
  readonly rootless: boolean;
  /** Names of the OCI runtimes that a handler may name. */
  readonly runtimes: readonly string[];
  readonly defaultRuntime: string;
  readonly storageDriver: string;
  /** True for engines that keep images in containerd: no GraphDriver data, image ids are manifest digests. */
  readonly containerdImageStore: boolean;
  readonly rootFolder: string;
  /** The daemon's default log driver, `json-file`. */
  readonly loggingDriver: string;
  readonly features: EngineFeatures;
}

/** What differs between engine versions. */
interface EngineFeatures {
  /** Read-only bind mounts are recursive unless told otherwise, and can be made so on demand: API 1.44 (Docker 25). */
  readonly recursiveReadOnly: boolean;
  /** Runtimes that can make a mount tree read-only. */
  readonly recursiveReadOnlyRuntimes: readonly string[];
  /** Mounts of type image: API 1.48 (Docker 28). */
  readonly imageMounts: boolean;
  /** The same image may be mounted more than once in a container, and by a name: Docker 29. */
  readonly imageMountsAtWill: boolean;
  /** CDI device requests: Docker 25 with CDI enabled. */
  readonly cdi: boolean;
  /** The engine itself leaves out capabilities that it does not hold: API 1.42 (Docker 23). */
  readonly limitsCapabilities: boolean;
}

const oldestApi = "1.41";
/** Brings all that is used here; a newer one would only change answers under us. */
const newestApi = "1.48";

/**
 * Returns the API version to speak with this engine: the newest that both know, or the engine's oldest when that is newer still.
 * Throws FailedPrecondition for an engine older than 20.10.
 */
export function negotiateApiVersion(version: DockerVersion): string {
  const theirs = version.ApiVersion;
  const theirOldest = version.MinAPIVersion ?? oldestApi;
  if (!atLeast(theirs, oldestApi)) {
    const message = `docker ${version.Version} speaks API ${theirs}; it must be ${oldestApi} (Docker 20.10) or newer`;
    throw new CriError("FailedPrecondition", message);
  }
  if (!atLeast(theirs, newestApi)) return theirs;
  return atLeast(newestApi, theirOldest) ? newestApi : theirOldest;
}

/** Reads the answers of `/version` and `/info`. Throws what `negotiateApiVersion` throws. */
export function engineFacts(version: DockerVersion, info: DockerInfo): EngineFacts {
  const apiVersion = negotiateApiVersion(version);
  const options = new Set((info.SecurityOptions ?? []).map(securityOptionName));
  return {
    apiVersion,
    version: version.Version,
    cgroupVersion: info.CgroupVersion === "2" ? 2 : 1,
    cgroupDriver: info.CgroupDriver === "systemd" ? "systemd" : "cgroupfs",
    seccomp: options.has("seccomp"),
    apparmor: options.has("apparmor"),
    selinux: options.has("selinux"),
    usernsRemap: options.has("userns"),
    rootless: options.has("rootless"),
    runtimes: runtimeNames(info),
    defaultRuntime: info.DefaultRuntime ?? "runc",
    storageDriver: info.Driver ?? "",
    containerdImageStore: usesContainerdStore(info),
    rootFolder: info.DockerRootDir ?? "/var/lib/docker",
    loggingDriver: info.LoggingDriver ?? "json-file",
    features: engineFeatures(version, info),
  };
}

/** Returns what pods of a docker runtime (empty: the default one) can ask for. */
export function handlerFeatures(engine: EngineFacts, runtime: string): HandlerFeatures {
  const name = runtime === "" ? engine.defaultRuntime : runtime;
  return {
    recursiveReadOnlyMounts: engine.features.recursiveReadOnlyRuntimes.includes(name),
    userNamespaces: false,
  };
}

/** Returns the handlers that this engine serves by itself: the default one, then each of its runtimes under its own name. */
export function runtimeHandlers(engine: EngineFacts): readonly RuntimeHandler[] {
  return ["", ...engine.runtimes].map((name) => ({
    name,
    features: handlerFeatures(engine, name),
  }));
}

/** Whether the version, as `1.44` or `6.1.0-42-amd64`, is this one or newer. */
function atLeast(version: string, wanted: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(leadingNumber);
  const [wantedMajor = 0, wantedMinor = 0] = wanted.split(".").map(leadingNumber);
  return major > wantedMajor || (major === wantedMajor && minor >= wantedMinor);
}

function leadingNumber(part: string): number {
  return Number.parseInt(part, 10) || 0;
}

function engineFeatures(version: DockerVersion, info: DockerInfo): EngineFeatures {
  const apiVersion = negotiateApiVersion(version);
  const recursiveReadOnly = atLeast(apiVersion, "1.44");
  // mount_setattr(2) is of Linux 5.12.
  const kernelCan = atLeast(info.KernelVersion ?? "0", "5.12");
  return {
    recursiveReadOnly,
    recursiveReadOnlyRuntimes:
      recursiveReadOnly && kernelCan ? runtimesWithMountOption(info, "rro") : [],
    imageMounts: atLeast(apiVersion, "1.48"),
    imageMountsAtWill: atLeast(version.Version, "29.0"),
    cdi: recursiveReadOnly && (info.CDISpecDirs ?? []).length > 0,
    limitsCapabilities: atLeast(apiVersion, "1.42"),
  };
}

/** `name=seccomp,profile=default` → `seccomp`. */
function securityOptionName(option: string): string {
  return /(?:^|,)name=([^,]*)/.exec(option)?.[1] ?? option;
}

/** The shim names that 20.10 lists beside `runc` are the same runc. */
function runtimeNames(info: DockerInfo): readonly string[] {
  return Object.keys(info.Runtimes ?? {})
    .filter((name) => !name.startsWith("io.containerd."))
    .sort();
}

function usesContainerdStore(info: DockerInfo): boolean {
  return (info.DriverStatus ?? []).some(
    ([key, value]) => key === "driver-type" && value.startsWith("io.containerd.snapshotter"),
  );
}

/** Docker 25 hands on what `runc features` prints (runtime-spec features.md), under this key. */
function runtimesWithMountOption(info: DockerInfo, option: string): readonly string[] {
  return Object.entries(info.Runtimes ?? {})
    .filter(([, runtime]) => mountOptions(runtime.status ?? {}).includes(option))
    .map(([name]) => name);
}

function mountOptions(status: Readonly<Record<string, string>>): readonly unknown[] {
  const text = status["org.opencontainers.runtime-spec.features"];
  if (text === undefined) return [];
  try {
    const features: unknown = JSON.parse(text);
    if (typeof features !== "object" || features === null || !("mountOptions" in features))
      return [];
    return Array.isArray(features.mountOptions) ? features.mountOptions : [];
  } catch {
    return [];
  }
}
