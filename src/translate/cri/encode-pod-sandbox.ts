import type { PodSandbox as WirePodSandbox } from "../../gen/runtime/v1/PodSandbox.ts";
import type { PodSandboxStatus } from "../../gen/runtime/v1/PodSandboxStatus.ts";
import { type PodSandbox, type PodSandboxFacts, podSandboxState } from "../../model/pod-sandbox.ts";
import { encodeNamespaces } from "./encode-security-context.ts";
import { encodeEnum, sandboxStates } from "./enums.ts";

/** A sandbox: what never changes beside what does. */
interface SandboxParts {
  readonly sandbox: PodSandbox;
  readonly facts: PodSandboxFacts;
}

/** Translates a sandbox as lists show it. */
export function encodePodSandbox({ sandbox, facts }: SandboxParts): WirePodSandbox {
  return {
    id: sandbox.id,
    metadata: sandbox.config.metadata,
    state: encodeEnum(podSandboxState(facts), sandboxStates),
    createdAt: String(sandbox.createdAtNanos),
    labels: sandbox.config.labels,
    annotations: sandbox.config.annotations,
    runtimeHandler: sandbox.runtimeHandler,
  };
}

/** Translates a sandbox with its addresses and namespaces; a sandbox in the node's network has no address of its own. */
export function encodePodSandboxStatus(parts: SandboxParts): PodSandboxStatus {
  const { sandbox, facts } = parts;
  const [ip = "", ...others] = facts.ips;
  return {
    ...encodePodSandbox(parts),
    network: { ip, additionalIps: others.map((other) => ({ ip: other })) },
    linux: { namespaces: { options: encodeNamespaces(sandbox.config.security.namespaces) } },
  };
}
