import type { Container as WireContainer } from "../../gen/runtime/v1/Container.ts";
import type { ContainerStatus } from "../../gen/runtime/v1/ContainerStatus.ts";
import type { ContainerUser as WireContainerUser } from "../../gen/runtime/v1/ContainerUser.ts";
import {
  type Container,
  type ContainerFacts,
  type ContainerUser,
  containerState,
  exitReason,
} from "../../model/container.ts";
import { encodeShownImage } from "./encode-image-spec.ts";
import { encodeMount } from "./encode-mount.ts";
import { encodeResources } from "./encode-resources.ts";
import { containerStates, encodeEnum } from "./enums.ts";
import { encodeSignal } from "./signals.ts";

/** A container: what never changes beside what does. */
interface ContainerParts {
  readonly container: Container;
  readonly facts: ContainerFacts;
}

/** Translates a container as lists show it. */
export function encodeContainer(parts: ContainerParts): WireContainer {
  return { ...encodeCommon(parts), podSandboxId: parts.container.sandboxId };
}

/** Translates all that is known of a container. */
export function encodeContainerStatus(parts: ContainerParts): ContainerStatus {
  const { container, facts } = parts;
  return {
    ...encodeCommon(parts),
    startedAt: String(facts.startedAtNanos),
    finishedAt: String(facts.finishedAtNanos),
    exitCode: facts.exitCode,
    reason: exitReason(facts),
    message: facts.error,
    mounts: container.config.mounts.map(encodeMount),
    logPath: container.logFile,
    resources: { linux: encodeResources(facts.resources) },
    user: facts.user === undefined ? null : encodeUser(facts.user),
    stopSignal: encodeSignal(container.stopSignal),
  };
}

/** The fields that both messages have under the same names. */
function encodeCommon({
  container,
  facts,
}: ContainerParts): Omit<WireContainer, "podSandboxId"> & ContainerStatus {
  return {
    id: container.id,
    metadata: container.config.metadata,
    image: encodeShownImage(container.config.image),
    imageRef: container.imageRef,
    imageId: container.imageId,
    state: encodeEnum(containerState(facts), containerStates),
    createdAt: String(container.createdAtNanos),
    labels: container.config.labels,
    annotations: container.config.annotations,
  };
}

function encodeUser({ uid, gid, supplementalGroups }: ContainerUser): WireContainerUser {
  return { linux: { uid, gid, supplementalGroups: [...supplementalGroups] } };
}
