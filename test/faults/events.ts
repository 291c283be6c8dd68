import type { CriClient } from "../../src/client/cri-client.ts";
import type { ContainerEventResponseOutput } from "../../src/gen/runtime/v1/ContainerEventResponse.ts";
import { eventually } from "../harness/eventually.ts";

/** Somebody who follows a daemon's events until it is disposed of. */
export class EventFollower implements AsyncDisposable {
  readonly events: ContainerEventResponseOutput[] = [];
  /** What the stream ended with before it was left. */
  failure: unknown;
  readonly #stop = new AbortController();
  readonly #following: Promise<void>;

  constructor(client: CriClient) {
    this.#following = this.#follow(client);
  }

  /** The types of what was told of an object so far, in order: `CREATED STARTED`. */
  told(id: string): string {
    const own = this.events.filter(({ containerId }) => containerId === id);
    return own.map(({ containerEventType: type }) => type.split("_")[1]).join(" ");
  }

  /** Waits for the last of these events of an object and returns it; fails when others came. */
  async expect(id: string, types: string): Promise<ContainerEventResponseOutput> {
    return await eventually(`${types} of ${id}`, () => {
      const told = this.told(id);
      if (!types.startsWith(told)) throw new Error(`told of ${id}: ${told}, not ${types}`);
      return told === types ? this.events.findLast((one) => one.containerId === id) : undefined;
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#following;
  }

  async #follow(client: CriClient): Promise<void> {
    const { signal } = this.#stop;
    try {
      for await (const event of client.runtimeStream("GetContainerEvents", {}, { signal }))
        this.events.push(event);
    } catch (thrown) {
      if (!signal.aborted) this.failure = thrown;
    }
  }
}
