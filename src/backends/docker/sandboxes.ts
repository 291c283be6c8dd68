import { isLoopbackUp } from "../../host/loopback-up.ts";
import { Rollback } from "../../host/rollback.ts";
import { CriError } from "../../model/error.ts";
import { podSandboxId } from "../../model/ids.ts";
import type { ImageSpec } from "../../model/image.ts";
import type { PodSandbox, PodSandboxConfig, PodSandboxFacts } from "../../model/pod-sandbox.ts";
import type { PodNetworkAttachment } from "../../network/attachment-args.ts";
import type { PodNetwork } from "../../network/pod-network.ts";
import type { DockerContainerInspect, DockerCreate } from "../../translate/docker/api.ts";
import { engineTimeNanos } from "../../translate/docker/engine-time.ts";
import { sandboxFacts } from "../../translate/docker/inspect.ts";
import { sandboxCreate } from "../../translate/docker/sandbox-create.ts";
import type { ImageBackend, SandboxBackend, SandboxRecord, SandboxRun } from "../backend.ts";
import { removeContainer, startContainer } from "./container-calls.ts";
import { createNamed } from "./create-named.ts";
import type { DockerContext } from "./docker-context.ts";
import { killAndWait } from "./ending.ts";
import { writeResolvConf } from "./resolv-conf.ts";
import { dockerRuntimeOf } from "./runtime-handlers.ts";
import { readSeccompProfile } from "./seccomp-profile.ts";

/** The part of the network that sandboxes need. */
export type SandboxNetwork = Pick<PodNetwork, "attach" | "detach" | "addresses">;

export interface DockerSandboxesOptions {
  readonly context: DockerContext;
  readonly network: SandboxNetwork;
  readonly images: Pick<ImageBackend, "status" | "pull">;
}

/** Pods on docker: a container that does nothing holds the namespaces, and is connected by CNI. */
export class DockerSandboxes implements SandboxBackend {
  readonly #context: DockerContext;
  readonly #network: SandboxNetwork;
  readonly #images: Pick<ImageBackend, "status" | "pull">;

  constructor({ context, network, images }: DockerSandboxesOptions) {
    this.#context = context;
    this.#network = network;
    this.#images = images;
  }

  async run(request: SandboxRun, signal: AbortSignal): Promise<SandboxRecord> {
    const { api, mirror, log, failpoint } = this.#context;
    const create = await this.#translate(request, signal);
    await failpoint("docker.sandbox.translated");
    using making = mirror.making(create.name);
    await using undo = new Rollback(log, () => mirror.doubt());
    const removeLeftover = this.#removeLeftover.bind(this);
    const id = await createNamed(this.#context, { create, undo, removeLeftover }, signal);
    making.id = id;
    await failpoint("docker.sandbox.created");
    await startContainer(api, id, signal);
    await failpoint("docker.sandbox.started");
    const inspect = await mirror.look(id, signal);
    const made: Made = { inspect, config: request.config, undo };
    const ips = await this.#connect(made, signal);
    await this.#writeFiles(made, ips);
    await failpoint("docker.sandbox.connected");
    if (making.hasEnded) throw endedEarly(inspect, this.#context.settings.sandboxImage);
    undo.keep();
    return recordOf(request, inspect, ips);
  }

  async stop(sandbox: PodSandbox, signal: AbortSignal): Promise<PodSandboxFacts> {
    const { api, mirror, log, failpoint } = this.#context;
    const { id } = sandbox;
    const [detached] = await Promise.allSettled([this.#disconnect(sandbox, signal)]);
    await failpoint("docker.sandbox.disconnected");
    // It does nothing that a grace period would be for.
    await killAndWait({ api, mirror }, id, signal);
    if (detached.status === "rejected") throw detached.reason;
    const seen = mirror.seen(id)?.shown;
    if (seen?.type === "sandbox") return seen.record.facts;
    log.debug("stopped sandbox is gone", { sandboxId: id });
    return this.#goneFacts(sandbox);
  }

  async remove(sandbox: PodSandbox, signal: AbortSignal): Promise<void> {
    const { api, mirror, podFiles, failpoint } = this.#context;
    const [detached] = await Promise.allSettled([this.#disconnect(sandbox, signal)]);
    await failpoint("docker.sandbox.disconnected");
    // At once: were docker to fail, the next container of the pod would have the files written anew.
    await Promise.all([removeContainer(api, sandbox.id, signal), podFiles.remove(sandbox.id)]);
    mirror.forget(sandbox.id);
    if (detached.status === "rejected") throw detached.reason;
  }

  async #translate(request: SandboxRun, signal: AbortSignal): Promise<DockerCreate> {
    const { settings, engine } = this.#context;
    const { config, runtimeHandler } = request;
    const facts = await engine(signal);
    const runtime = dockerRuntimeOf(runtimeHandler, settings.handlers, facts);
    return sandboxCreate({
      config,
      runtime,
      image: await this.#pauseImage(signal),
      engine: facts,
      limits: settings.limits,
      seccompProfile: await readSeccompProfile({ ...config.security, privileged: false }, signal),
    });
  }

  /** The id, so that a tag that moves meanwhile changes nothing. */
  async #pauseImage(signal: AbortSignal): Promise<string> {
    const { sandboxImage } = this.#context.settings;
    const spec = imageSpec(sandboxImage);
    const present = await this.#images.status(spec, signal);
    if (present !== undefined) return present.id;
    this.#context.log.info("sandbox image pulled", { image: sandboxImage });
    const pulled = await this.#images.pull(spec, { type: "anonymous" }, signal);
    return pulled.id;
  }

  async #connect(made: Made, signal: AbortSignal): Promise<readonly string[]> {
    const { inspect, config, undo } = made;
    if (isOnHostNetwork(config)) return [];
    const { Id: id, State } = inspect;
    const netnsPath = netnsOf(State.Pid);
    // The OCI runtimes raise it in a namespace that they make (runc, crun); one that does not costs a run of CNI's plugin.
    const loopbackUp = await isLoopbackUp(State.Pid ?? 0);
    const attachment = attachmentOf(id, config, netnsPath);
    const { ips } = await this.#network.attach({ ...attachment, loopbackUp }, signal);
    undo.add("disconnect", (limit) => this.#network.detach(id, netnsPath, limit));
    return ips;
  }

  /** Docker gives a pod its files where it knows the network; else they are ours. */
  async #writeFiles({ inspect, config, undo }: Made, ips: readonly string[]): Promise<void> {
    const { podFiles } = this.#context;
    const { Id: id, Config } = inspect;
    if (Config.NetworkDisabled !== true) return await writeResolvConf(inspect, config.dns);
    undo.add("remove the pod's files", () => podFiles.remove(id));
    await podFiles.write({ id, dns: config.dns, hostname: Config.Hostname ?? "", ips });
  }

  async #disconnect({ id, config }: PodSandbox, signal: AbortSignal): Promise<void> {
    if (isOnHostNetwork(config)) return;
    await this.#network.detach(id, netnsOf(this.#context.mirror.seen(id)?.pid), signal);
  }

  /** What a crashed run left: its network, the containers in it, and itself. */
  async #removeLeftover(id: string, signal: AbortSignal): Promise<void> {
    const { api, mirror, podFiles } = this.#context;
    await mirror.look(id, signal);
    const shown = mirror.seen(id)?.shown;
    if (shown?.type === "sandbox") await this.#disconnect(shown.record.sandbox, signal);
    for (const inside of containersIn(mirror, id)) {
      await removeContainer(api, inside, signal);
      mirror.forget(inside);
    }
    await removeContainer(api, id, signal);
    mirror.forget(id);
    await podFiles.remove(id);
  }

  #goneFacts(sandbox: PodSandbox): PodSandboxFacts {
    return {
      pid: 0,
      startedAtNanos: sandbox.createdAtNanos,
      finishedAtNanos: this.#context.clock.nowNanos(),
      ips: this.#network.addresses(sandbox.id),
    };
  }
}

interface Made {
  readonly inspect: DockerContainerInspect;
  readonly config: PodSandboxConfig;
  readonly undo: Rollback;
}

function recordOf(
  { config, runtimeHandler }: SandboxRun,
  inspect: DockerContainerInspect,
  ips: readonly string[],
): SandboxRecord {
  const sandbox: PodSandbox = {
    id: podSandboxId(inspect.Id),
    engine: "docker",
    runtimeHandler,
    createdAtNanos: engineTimeNanos(inspect.Created),
    config,
  };
  return { sandbox, facts: sandboxFacts(inspect, ips) };
}

function netnsOf(pid: number | undefined): string | undefined {
  return pid === undefined || pid === 0 ? undefined : `/proc/${pid}/ns/net`;
}

function attachmentOf(
  sandboxId: string,
  config: PodSandboxConfig,
  netnsPath: string | undefined,
): PodNetworkAttachment {
  const { metadata, portMappings, dns, annotations } = config;
  return { sandboxId, netnsPath, metadata, portMappings, dns, annotations };
}

function isOnHostNetwork({ security }: PodSandboxConfig): boolean {
  return security.namespaces.network === "NODE";
}

function containersIn(mirror: DockerContext["mirror"], sandboxId: string): readonly string[] {
  return [...mirror.all()].flatMap(({ id, shown }) =>
    shown.type === "container" && shown.record.container.sandboxId === sandboxId ? id : [],
  );
}

function imageSpec(image: string): ImageSpec {
  return { image, annotations: {}, userSpecifiedImage: image, runtimeHandler: "", imageRef: "" };
}

function endedEarly({ Id }: DockerContainerInspect, image: string): CriError {
  const message = `sandbox ${Id} ended as soon as it started: the process of image ${image} must not end by itself`;
  return new CriError("FailedPrecondition", message);
}
