import type { Clock, Log } from "../../model/ports.ts";
import type { EngineFacts } from "../../translate/docker/engine.ts";
import type { DockerApi } from "./client.ts";
import type { DockerSettings } from "./docker-settings.ts";
import type { Mirror } from "./mirror.ts";
import type { PodFiles } from "./pod-files.ts";

/** What all that acts on docker shares. */
export interface DockerContext {
  readonly api: DockerApi;
  readonly mirror: Mirror;
  readonly podFiles: PodFiles;
  readonly settings: DockerSettings;
  readonly clock: Clock;
  readonly log: Log;
  /** Marks a step where tests may break the program. */
  readonly failpoint: (name: string) => Promise<void> | undefined;
  /** What the engine is, from memory once it was reached; throws CriError Unavailable or DeadlineExceeded before. */
  readonly engine: (signal: AbortSignal) => Promise<EngineFacts>;
}
