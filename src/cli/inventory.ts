import type { Session } from "./endpoint.ts";

/** A pod sandbox as an endpoint lists it, with its containers. */
export interface ListedPod {
  readonly id: string;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly attempt: number;
  readonly ready: boolean;
  readonly createdAtNanos: bigint;
  readonly annotations: Readonly<Record<string, string>>;
  readonly runtimeHandler: string;
  /** Oldest first. */
  readonly containers: readonly ListedContainer[];
}

/** A container as an endpoint lists it. */
export interface ListedContainer {
  readonly id: string;
  readonly name: string;
  readonly attempt: number;
  /** `Created`, `Running`, `Exited` or `Unknown`. */
  readonly state: string;
  readonly image: string;
  readonly createdAtNanos: bigint;
  readonly annotations: Readonly<Record<string, string>>;
}

/** Asks for all pods and containers; the newest pod comes first. */
export async function inventory({ client, options }: Session): Promise<readonly ListedPod[]> {
  const [{ items }, { containers }] = await Promise.all([
    client.runtime("ListPodSandbox", {}, options),
    client.runtime("ListContainers", {}, options),
  ]);
  const listed = containers.map((wire) => ({
    podSandboxId: wire.podSandboxId,
    container: listedContainer(wire),
  }));
  return items
    .map(
      (item): ListedPod => ({
        id: item.id,
        namespace: item.metadata?.namespace ?? "",
        name: item.metadata?.name ?? "",
        uid: item.metadata?.uid ?? "",
        attempt: item.metadata?.attempt ?? 0,
        ready: item.state === "SANDBOX_READY",
        createdAtNanos: BigInt(item.createdAt),
        annotations: item.annotations,
        runtimeHandler: item.runtimeHandler,
        containers: listed
          .filter(({ podSandboxId }) => podSandboxId === item.id)
          .map(({ container }) => container)
          .sort(oldestFirst),
      }),
    )
    .sort((a, b) => oldestFirst(b, a));
}

interface WireContainer {
  readonly id: string;
  readonly metadata: { readonly name: string; readonly attempt: number } | null;
  readonly state: string | number;
  readonly image: { readonly image: string } | null;
  readonly createdAt: string;
  readonly annotations: Readonly<Record<string, string>>;
}

function listedContainer(wire: WireContainer): ListedContainer {
  return {
    id: wire.id,
    name: wire.metadata?.name ?? "",
    attempt: wire.metadata?.attempt ?? 0,
    state: stateWord(wire.state),
    image: wire.image?.image ?? "",
    createdAtNanos: BigInt(wire.createdAt),
    annotations: wire.annotations,
  };
}

/** `CONTAINER_RUNNING` → `Running`. */
function stateWord(state: string | number): string {
  const word = String(state).replace("CONTAINER_", "");
  return word.charAt(0) + word.slice(1).toLowerCase();
}

interface Made {
  readonly createdAtNanos: bigint;
}

function oldestFirst(a: Made, b: Made): number {
  return a.createdAtNanos < b.createdAtNanos ? -1 : a.createdAtNanos > b.createdAtNanos ? 1 : 0;
}
