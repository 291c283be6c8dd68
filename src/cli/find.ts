import { CriError } from "../model/error.ts";
import type { ListedContainer, ListedPod } from "./inventory.ts";

/** A container with its pod. */
export interface FoundContainer {
  readonly pod: ListedPod;
  readonly container: ListedContainer;
}

/**
 * Finds a pod by its id, by `namespace/name`, by name, or by the beginning of its id, in this order. Of several sandboxes of one
 * pod the newest counts. Throws NotFound, or InvalidArgument when several pods fit. Takes pods newest first.
 */
export function findPod(pods: readonly ListedPod[], text: string): ListedPod {
  const found = firstThatFits(pods, [
    (pod) => pod.id === text,
    (pod) => fullName(pod) === text,
    (pod) => pod.name === text,
    (pod) => isShortId(text) && pod.id.startsWith(text),
  ]);
  const distinct = new Map(found.toReversed().map((pod) => [fullName(pod), pod]));
  return only([...distinct.values()], { text, what: "pod", shown: fullName });
}

/**
 * Finds a container by its id, by `namespace/pod/container`, by its own name, by its pod's (when that has only one), or by the
 * beginning of its id. Of several attempts the newest counts.
 */
export function findContainer(pods: readonly ListedPod[], text: string): FoundContainer {
  const all = pods.flatMap((pod) => pod.containers.map((container) => ({ pod, container })));
  const found = firstThatFits(all, [
    ({ container }) => container.id === text,
    (each) => containerName(each) === text,
    ({ container }) => container.name === text,
    ({ pod }) => fullName(pod) === text || pod.name === text,
    ({ container }) => isShortId(text) && container.id.startsWith(text),
  ]);
  return only(newestAttempts(found), { text, what: "container", shown: containerName });
}

function firstThatFits<T>(
  items: readonly T[],
  tests: readonly ((item: T) => boolean)[],
): readonly T[] {
  for (const test of tests) {
    const found = items.filter(test);
    if (found.length > 0) return found;
  }
  return [];
}

/** `namespace/name`, as kubectl's users write it. */
export function fullName(pod: ListedPod): string {
  return `${pod.namespace}/${pod.name}`;
}

function containerName({ pod, container }: FoundContainer): string {
  return `${fullName(pod)}/${container.name}`;
}

/** Pods come newest first, containers of a pod oldest first. */
function newestAttempts(found: readonly FoundContainer[]): readonly FoundContainer[] {
  const ordered = found.toSorted((a, b) =>
    a.container.createdAtNanos < b.container.createdAtNanos ? -1 : 1,
  );
  return [...new Map(ordered.map((each) => [containerName(each), each])).values()];
}

function isShortId(text: string): boolean {
  return /^[0-9a-f]+$/.test(text);
}

interface Sought<T> {
  readonly text: string;
  readonly what: string;
  readonly shown: (item: T) => string;
}

function only<T>(found: readonly T[], { text, what, shown }: Sought<T>): T {
  const [first, ...others] = found;
  if (first === undefined) throw new CriError("NotFound", `there is no ${what} ${text}`);
  if (others.length === 0) return first;
  const names = found.map(shown).toSorted().join(", ");
  throw new CriError("InvalidArgument", `${text} may be any of ${found.length} ${what}s: ${names}`);
}
