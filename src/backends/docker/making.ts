import type { DockerHappening } from "../../translate/docker/events.ts";

/** What an event tells of a container's life. */
export type ContainerHappening = Extract<DockerHappening, { readonly timeNanos: bigint }>;

/** One create under way: the call that makes the object tells of it, so events of its name are kept back. */
export class Making implements Disposable {
  /** Once docker gave one. */
  id: string | undefined;
  readonly #endedIds = new Set<string>();
  readonly #release: () => void;

  constructor(release: () => void) {
    this.#release = release;
  }

  /** Whether the object ended or was removed while it was being made; not one that had the name before. */
  get hasEnded(): boolean {
    return this.id !== undefined && this.#endedIds.has(this.id);
  }

  /** Takes an event of that name. */
  note(event: ContainerHappening): void {
    if (event.type !== "containerChanged") this.#endedIds.add(event.id);
  }

  [Symbol.dispose](): void {
    this.#release();
  }
}
