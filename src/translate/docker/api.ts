/**
 * The part of the Docker Engine API's JSON that is read or written here, in the engine's own spelling. What an engine may leave
 * out or send as null is optional and nullable: 20.10 (API 1.41) to 29 differ in both.
 */

type Maybe<T> = T | null | undefined;

/** `GET /version`. */
export interface DockerVersion {
  readonly Version: string;
  readonly ApiVersion: string;
  readonly MinAPIVersion?: string;
  readonly KernelVersion?: string;
}

/** One OCI runtime in `GET /info`; `status` holds what `runtime features` prints, from API 1.44 on. */
interface DockerRuntime {
  readonly path?: string;
  readonly status?: Maybe<Readonly<Record<string, string>>>;
}

/** `GET /info`. */
export interface DockerInfo {
  readonly ID?: string;
  readonly ServerVersion?: string;
  readonly Driver?: string;
  readonly DriverStatus?: Maybe<readonly (readonly [string, string])[]>;
  readonly DockerRootDir?: string;
  readonly LoggingDriver?: string;
  readonly CgroupDriver?: string;
  readonly CgroupVersion?: string;
  readonly KernelVersion?: string;
  readonly OSType?: string;
  readonly SecurityOptions?: Maybe<readonly string[]>;
  readonly Runtimes?: Maybe<Readonly<Record<string, DockerRuntime>>>;
  readonly DefaultRuntime?: string;
  readonly CDISpecDirs?: Maybe<readonly string[]>;
  readonly SwapLimit?: boolean;
  readonly PidsLimit?: boolean;
  readonly LiveRestoreEnabled?: boolean;
}

/** One entry of `HostConfig.Mounts`. */
export interface DockerMount {
  readonly Type: "bind" | "image" | "volume" | "tmpfs";
  readonly Source?: string;
  readonly Target: string;
  readonly ReadOnly?: boolean;
  readonly BindOptions?: Maybe<DockerBindOptions>;
  readonly ImageOptions?: Maybe<{ readonly Subpath?: string }>;
}

export interface DockerBindOptions {
  readonly Propagation?: "rprivate" | "rslave" | "rshared" | "private" | "slave" | "shared" | "";
  /** API 1.44: the top mount is read-only, those below stay as they are. */
  readonly ReadOnlyNonRecursive?: boolean;
  /** API 1.44: fails rather than leave a mount below writable. */
  readonly ReadOnlyForceRecursive?: boolean;
}

export interface DockerDevice {
  readonly PathOnHost: string;
  readonly PathInContainer: string;
  readonly CgroupPermissions: string;
}

interface DockerDeviceRequest {
  readonly Driver: string;
  readonly DeviceIDs: readonly string[];
}

export interface DockerLogConfig {
  readonly Type: string;
  readonly Config?: Maybe<Readonly<Record<string, string>>>;
}

/** The limits that create, update and inspect share. */
export interface DockerResources {
  readonly CpuPeriod?: number;
  readonly CpuQuota?: number;
  readonly CpuShares?: number;
  readonly CpusetCpus?: string;
  readonly CpusetMems?: string;
  readonly Memory?: number;
  /** Memory plus swap; -1: no limit. */
  readonly MemorySwap?: number;
  readonly PidsLimit?: Maybe<number>;
}

/** Body of `POST /containers/{id}/update`. */
export type DockerUpdateBody = DockerResources;

export interface DockerHostConfig extends DockerResources {
  readonly Runtime?: string;
  readonly NetworkMode?: string;
  readonly IpcMode?: string;
  readonly PidMode?: string;
  readonly UTSMode?: string;
  readonly UsernsMode?: string;
  readonly CgroupnsMode?: string;
  readonly CgroupParent?: string;
  readonly OomScoreAdj?: number;
  readonly Privileged?: boolean;
  readonly ReadonlyRootfs?: boolean;
  readonly CapAdd?: Maybe<readonly string[]>;
  readonly CapDrop?: Maybe<readonly string[]>;
  readonly GroupAdd?: Maybe<readonly string[]>;
  readonly SecurityOpt?: Maybe<readonly string[]>;
  readonly MaskedPaths?: Maybe<readonly string[]>;
  readonly ReadonlyPaths?: Maybe<readonly string[]>;
  readonly Sysctls?: Maybe<Readonly<Record<string, string>>>;
  readonly Mounts?: Maybe<readonly DockerMount[]>;
  /** `host:container[:options]`, as older shims wrote them. */
  readonly Binds?: Maybe<readonly string[]>;
  readonly Devices?: Maybe<readonly DockerDevice[]>;
  readonly DeviceCgroupRules?: Maybe<readonly string[]>;
  readonly DeviceRequests?: Maybe<readonly DockerDeviceRequest[]>;
  readonly RestartPolicy?: { readonly Name: string };
  readonly LogConfig?: DockerLogConfig;
  readonly ShmSize?: number;
  readonly Init?: Maybe<boolean>;
  readonly AutoRemove?: boolean;
}

/** What create takes and inspect returns under `Config`. */
export interface DockerConfig {
  readonly Image?: string;
  readonly Hostname?: string;
  readonly User?: string;
  readonly Env?: Maybe<readonly string[]>;
  readonly Cmd?: Maybe<readonly string[]>;
  readonly Entrypoint?: Maybe<readonly string[]>;
  readonly WorkingDir?: string;
  readonly Labels?: Maybe<Readonly<Record<string, string>>>;
  readonly Tty?: boolean;
  readonly OpenStdin?: boolean;
  readonly StdinOnce?: boolean;
  readonly AttachStdin?: boolean;
  readonly AttachStdout?: boolean;
  readonly AttachStderr?: boolean;
  readonly StopSignal?: string;
  readonly NetworkDisabled?: boolean;
  readonly Healthcheck?: Maybe<{ readonly Test?: Maybe<readonly string[]> }>;
}

/** Body of `POST /containers/create?name=…`. */
export interface DockerCreateBody extends DockerConfig {
  readonly HostConfig: DockerHostConfig;
}

/** A create call: the query's name and the body. */
export interface DockerCreate {
  readonly name: string;
  readonly body: DockerCreateBody;
}

export interface DockerState {
  /** created, running, paused, restarting, removing, exited or dead. */
  readonly Status: string;
  readonly Running?: boolean;
  readonly Pid?: number;
  readonly ExitCode?: number;
  readonly Error?: string;
  readonly OOMKilled?: boolean;
  /** RFC 3339; `0001-01-01T00:00:00Z` when it never happened. */
  readonly StartedAt?: string;
  readonly FinishedAt?: string;
}

/** A mount as inspect tells it, whatever field it was asked for by. */
export interface DockerMountPoint {
  readonly Type?: string;
  readonly Source?: string;
  readonly Destination: string;
  readonly RW?: boolean;
  readonly Propagation?: string;
}

/** `GET /containers/{id}/json`. */
export interface DockerContainerInspect {
  readonly Id: string;
  /** With a leading slash. */
  readonly Name: string;
  readonly Created: string;
  readonly Image: string;
  readonly Path?: string;
  readonly Args?: Maybe<readonly string[]>;
  readonly LogPath?: string;
  readonly ResolvConfPath?: string;
  readonly HostnamePath?: string;
  readonly HostsPath?: string;
  readonly State: DockerState;
  readonly Config: DockerConfig;
  readonly HostConfig: DockerHostConfig;
  readonly Mounts?: Maybe<readonly DockerMountPoint[]>;
  readonly GraphDriver?: Maybe<{
    readonly Name?: string;
    readonly Data?: Maybe<Readonly<Record<string, string>>>;
  }>;
}

/** One entry of `GET /containers/json?all=1`. */
export interface DockerContainerListEntry {
  readonly Id: string;
  readonly Names?: Maybe<readonly string[]>;
  readonly Image?: string;
  readonly ImageID?: string;
  /** Seconds since 1970. */
  readonly Created: number;
  readonly Labels?: Maybe<Readonly<Record<string, string>>>;
  readonly State: string;
}

/** One entry of `GET /images/json`. */
export interface DockerImageListEntry {
  readonly Id: string;
  readonly RepoTags?: Maybe<readonly string[]>;
  readonly RepoDigests?: Maybe<readonly string[]>;
  readonly Created?: number;
  readonly Size: number;
  readonly Labels?: Maybe<Readonly<Record<string, string>>>;
}

/** `GET /images/{name}/json`. */
export interface DockerImageInspect {
  readonly Id: string;
  readonly RepoTags?: Maybe<readonly string[]>;
  readonly RepoDigests?: Maybe<readonly string[]>;
  readonly Size: number;
  readonly Architecture?: string;
  readonly Os?: string;
  readonly Config?: Maybe<DockerConfig>;
  readonly GraphDriver?: Maybe<{
    readonly Name?: string;
    readonly Data?: Maybe<Readonly<Record<string, string>>>;
  }>;
}

/** One line of `GET /events`. */
export interface DockerEvent {
  readonly Type?: string;
  /** `start`, `die`, `exec_create: sh -c …`. */
  readonly Action?: string;
  readonly Actor?: Maybe<{
    readonly ID?: string;
    readonly Attributes?: Maybe<Readonly<Record<string, string>>>;
  }>;
  readonly time?: number;
  readonly timeNano?: number;
}
