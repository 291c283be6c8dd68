import type { Duplex } from "node:stream";
import type { Container, ContainerConfig, ContainerFacts } from "../model/container.ts";
import type { EngineName, ImageId } from "../model/ids.ts";
import type { Image, ImageFsInfo, ImageSpec, RegistryAuth } from "../model/image.ts";
import type { PodSandbox, PodSandboxConfig, PodSandboxFacts } from "../model/pod-sandbox.ts";
import type { LinuxResources } from "../model/resources.ts";
import type { CgroupDriver, Condition, RuntimeHandler } from "../model/runtime.ts";
import type { ContainerLocation } from "../model/stats.ts";
import type { StreamChoice, StreamSession } from "../model/streaming.ts";

/** A sandbox as an engine shows it: what never changes beside what does. */
export interface SandboxRecord {
  readonly sandbox: PodSandbox;
  readonly facts: PodSandboxFacts;
}

/** A container as an engine shows it. */
export interface ContainerRecord {
  readonly container: Container;
  readonly facts: ContainerFacts;
}

/** Everything an engine has: what it does not list is gone, what it lists and cannot show is there. Sent after each (re)connect, and now and then to bound a lost event. */
export interface EngineResync {
  readonly type: "resync";
  /** `Clock.monotonicMillis` just before the engine was asked: what was recorded later is not judged by this list. */
  readonly listedAtMillis: number;
  /** The ids of all that it listed. */
  readonly listed: readonly string[];
  readonly sandboxes: readonly SandboxRecord[];
  readonly containers: readonly ContainerRecord[];
}

/** What an engine tells unasked. One that cannot be reached tells nothing; the last known records stay true until it says otherwise. */
export type EngineEvent =
  | EngineResync
  | { readonly type: "sandbox"; readonly record: SandboxRecord }
  | { readonly type: "container"; readonly record: ContainerRecord }
  | { readonly type: "gone"; readonly id: string };

export interface SandboxRun {
  readonly config: PodSandboxConfig;
  readonly runtimeHandler: string;
}

/** Pod sandboxes of one engine. Callers hold the sandbox's lock; none of these is called twice at once for one sandbox. */
export interface SandboxBackend {
  /** Makes, starts and connects a sandbox. Leaves nothing behind when it throws; may take over what a crashed run of the same name left. */
  run(request: SandboxRun, signal: AbortSignal): Promise<SandboxRecord>;
  /** Takes the network down, then ends the holder of the namespaces; each part is done though the other fails. Done already: no error. */
  stop(sandbox: PodSandbox, signal: AbortSignal): Promise<PodSandboxFacts>;
  /** Removes every trace, network included; what is gone already is no error. */
  remove(sandbox: PodSandbox, signal: AbortSignal): Promise<void>;
}

export interface ContainerCreate {
  readonly sandbox: PodSandbox;
  readonly config: ContainerConfig;
  /** The image as `images.status` found it. */
  readonly image: Image;
}

export interface ContainerBackend {
  /** Makes a container, not started. Leaves nothing behind when it throws; replaces what a crashed create of the same name left. */
  create(request: ContainerCreate, signal: AbortSignal): Promise<ContainerRecord>;
  /** Starts it, with the limits that its configuration says. A command that cannot run is no throw: the facts then say EXITED, with the engine's words in `error`. */
  start(container: Container, sandbox: PodSandbox, signal: AbortSignal): Promise<ContainerFacts>;
  /** Sends the stop signal, waits that many seconds, then kills; returns once it has ended. A later call with less grace wins. */
  stop(container: Container, graceSeconds: number, signal: AbortSignal): Promise<ContainerFacts>;
  /** Removes every trace, running or not; what is gone already is no error. The log file stays. */
  remove(container: Container, signal: AbortSignal): Promise<void>;
  /** Sets the limits that are said, leaves the others; the container's configuration says those in force. Returns the facts with the limits then in force. */
  update(
    container: Container,
    resources: LinuxResources,
    signal: AbortSignal,
  ): Promise<ContainerFacts>;
  /** Closes and opens the log file, after a rotation by rename. */
  reopenLog(container: Container, signal: AbortSignal): Promise<void>;
  /** Where the kernel shows it; undefined when it does not run. From memory. */
  locate(container: Container): ContainerLocation | undefined;
}

export interface ExecSyncRequest {
  readonly command: readonly string[];
  /** undefined: as long as the signal allows. */
  readonly timeoutMillis: number | undefined;
  /** Bytes kept of stdout and stderr each; the rest is read and dropped. */
  readonly maxOutputBytes: number;
}

export interface ExecSyncResult {
  readonly exitCode: number;
  readonly stdout: Uint8Array;
  readonly stderr: Uint8Array;
}

/** A client's end of a container's streams. The engine reads and writes them; whoever made them ends them. */
export interface AttachStreams {
  readonly streams: StreamChoice;
  readonly session: StreamSession;
}

export interface ExecStreams extends AttachStreams {
  readonly command: readonly string[];
}

export interface IoBackend {
  /** Runs a command in a container to its end; past its timeout the whole process tree is killed and DeadlineExceeded thrown. */
  execSync(
    container: Container,
    request: ExecSyncRequest,
    signal: AbortSignal,
  ): Promise<ExecSyncResult>;
  /**
   * Runs a command in a container with the client's streams and returns its exit code, once all that it wrote is handed to the
   * session. What cannot be started has the exit code 126 or 127. When the signal aborts or the client leaves, the whole process tree is killed.
   */
  exec(container: Container, exec: ExecStreams, signal: AbortSignal): Promise<number>;
  /**
   * Joins the streams of a container's own process until that ends or the signal aborts; the process is left alone. The end of the
   * client's input closes the container's only where its configuration says `stdinOnce`.
   */
  attach(container: Container, attach: AttachStreams, signal: AbortSignal): Promise<void>;
  /** Connects to a port of the localhost of a sandbox's network, IPv4 then IPv6. Unavailable when it is refused. */
  connect(sandbox: PodSandbox, port: number, signal: AbortSignal): Promise<Duplex>;
}

export interface ImageBackend {
  /** All images, from memory once read. */
  list(signal: AbortSignal): Promise<readonly Image[]>;
  /** The image by id, short id, tag or digest; undefined when there is none. */
  status(spec: ImageSpec, signal: AbortSignal): Promise<Image | undefined>;
  /** Brings the image and returns it; progress keeps it alive, not a fixed time. Many callers of one reference share one pull. */
  pull(spec: ImageSpec, auth: RegistryAuth, signal: AbortSignal): Promise<Image>;
  /** Removes an image with all its names; a missing one is no error. */
  remove(id: ImageId, signal: AbortSignal): Promise<void>;
  fsInfo(signal: AbortSignal): Promise<ImageFsInfo>;
  /** Further facts for people, key → JSON text; for verbose ImageStatus. */
  describe(id: ImageId, signal: AbortSignal): Promise<Readonly<Record<string, string>>>;
}

/** One engine. Every method takes what it acts on and a signal, and answers within its own deadline even when the engine hangs. */
export interface Backend {
  readonly name: EngineName;
  readonly sandboxes: SandboxBackend;
  readonly containers: ContainerBackend;
  readonly images: ImageBackend;
  readonly io: IoBackend;
  /** Whether the engine can run pods. From memory. */
  condition(): Condition;
  /** Whether it can connect pods. From memory. */
  networkCondition(): Condition;
  /** The handlers it serves with their true features, `""` first. From memory. */
  handlers(): readonly RuntimeHandler[];
  /** Whether supplemental_groups_policy Strict can be kept. From memory. */
  supportsSupplementalGroupsPolicy(): boolean;
  /** undefined while the engine was never reached. From memory. */
  cgroupDriver(): CgroupDriver | undefined;
  /** Facts for people, key → JSON text; for verbose Status. */
  describe(): Readonly<Record<string, string>>;
  /** Hands over the pod CIDR that the kubelet was given. */
  setPodCidr(podCidr: string): void;
  /** What happens in the engine, until the signal aborts; reconnects by itself, each time with a `resync`. Called once. */
  events(signal: AbortSignal): AsyncIterable<EngineEvent>;
}
