import { abandonable } from "../../host/abandonable.ts";
import { ensureFolders } from "../../host/client-path.ts";
import { exec } from "../../host/exec.ts";
import { KeyedMutex } from "../../host/mutex.ts";
import type { ContainerLogs } from "../../logs/container-logs.ts";
import type { LogPath } from "../../logs/log-folder.ts";
import { RecordLog } from "../../logs/record-log.ts";
import type { Container } from "../../model/container.ts";
import { CriError, messageOf } from "../../model/error.ts";
import type { PodSandbox } from "../../model/pod-sandbox.ts";
import type { Clock, Log, Meter } from "../../model/ports.ts";
import type { ApiLogSource } from "./api-log.ts";
import { copyApiLog } from "./api-log.ts";
import type { DockerApi } from "./client.ts";

/** A pod's annotation: its log paths are links to docker's own files, for agents that still read those. */
const logFormatAnnotation = "cri-ferry.io/log-format";

export interface LogFeedOptions {
  readonly logs: Pick<ContainerLogs, "follow" | "finish" | "reopen" | "remove">;
  readonly api: DockerApi;
  readonly clock: Clock;
  readonly log: Log;
  readonly meter: Meter;
}

/** A container's log and where docker keeps it. */
export interface FeedSource {
  readonly container: Container;
  /** undefined: not known; its log folder is then not checked. */
  readonly sandbox: PodSandbox | undefined;
  readonly logDriver: string;
  readonly jsonFile: string;
}

interface Copying {
  readonly target: RecordLog;
  readonly done: Promise<void>;
  readonly stop: AbortController;
}

/** The end of a container is told this much later at most, for its log to be complete. */
const drainMillis = 2_000;
const linkMillis = 10_000;

/** Brings each container's log to where the kubelet reads it: by its json-file, by the API for other log drivers, or as a link. */
export class LogFeed {
  readonly #options: LogFeedOptions;
  readonly #copying = new Map<string, Copying>();
  /** A start, a new connection and a reopening may all begin a log: copied twice, every line would be doubled. */
  readonly #beginnings = new KeyedMutex();

  constructor(options: LogFeedOptions) {
    this.#options = options;
  }

  /** Begins, or goes on where it was left; nothing to do without a log file or for one that is fed. Throws naming the path when the file cannot be made. */
  async begin(source: FeedSource, signal: AbortSignal): Promise<void> {
    const { container, sandbox, jsonFile } = source;
    const { id: containerId, logFile } = container;
    if (logFile === "" || source.logDriver === "none") return;
    if (isLinked(source)) return await link(jsonFile, logFile, signal);
    const logDirectory = folderAround(logFile, sandbox);
    const place = { containerId, logFile, logDirectory };
    const copy = () => this.#copy(container, place, signal);
    if (source.logDriver !== "json-file")
      return await this.#beginnings.run(containerId, copy, signal);
    await this.#options.logs.follow({ ...place, jsonFile }, signal);
  }

  /** The container has ended: waits until its log is complete, though not for long; never rejects. */
  async drained(containerId: string, signal: AbortSignal): Promise<void> {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(drainMillis)]);
    try {
      await this.#options.logs.finish(containerId, limit);
      await this.#copied(containerId, limit);
    } catch (thrown) {
      if (signal.aborted) return;
      this.#options.log.warn("log is not complete yet", { containerId, err: messageOf(thrown) });
    }
  }

  /** After a rotation by rename. Throws FailedPrecondition when nothing is written any more. */
  async reopen(source: FeedSource, signal: AbortSignal): Promise<void> {
    const { id, logFile } = source.container;
    if (logFile === "") return;
    if (isLinked(source)) return await link(source.jsonFile, logFile, signal);
    // After a restart the kubelet may be faster than we are in going on with all the logs.
    await this.begin(source, signal);
    const copying = this.#copying.get(id);
    if (copying === undefined) await this.#options.logs.reopen(id, signal);
    else await copying.target.reopen();
  }

  /** Ends the feeding and forgets how far it was. The log file stays. */
  async remove(containerId: string): Promise<void> {
    this.#copying.get(containerId)?.stop.abort();
    await this.#copying.get(containerId)?.done;
    await this.#options.logs.remove(containerId);
  }

  /** Ends what is fed by the API; json-files are the logs' own to end. */
  async stop(): Promise<void> {
    for (const { stop } of this.#copying.values()) stop.abort();
    await Promise.all([...this.#copying.values()].map(({ done }) => done));
  }

  async #copied(containerId: string, limit: AbortSignal): Promise<void> {
    const copying = this.#copying.get(containerId);
    if (copying !== undefined) await abandonable(copying.done, limit, "the end of a log");
  }

  async #copy({ id, config }: Container, place: LogPath, signal: AbortSignal): Promise<void> {
    if (this.#copying.has(id)) return;
    const { clock, meter } = this.#options;
    const target = await RecordLog.open(place, { clock, meter, ensureFolders }, signal);
    const stop = new AbortController();
    const source = { containerId: id, tty: config.tty, target };
    const done = this.#run(source, stop.signal);
    this.#copying.set(id, { target, done, stop });
  }

  /** Never rejects. A connection that is lost is begun anew with the next one. */
  async #run(
    source: ApiLogSource & { readonly target: RecordLog },
    signal: AbortSignal,
  ): Promise<void> {
    const { api, log } = this.#options;
    const { containerId, target } = source;
    try {
      await copyApiLog(api, source, signal);
    } catch (thrown) {
      if (!signal.aborted) log.warn("log is not read", { containerId, err: messageOf(thrown) });
    } finally {
      this.#copying.delete(containerId);
      await target.close();
    }
  }
}

/** Of a sandbox that only docker knows the folder is a guess: a wrong one counts as not known. */
function folderAround(logFile: string, sandbox: PodSandbox | undefined): string | undefined {
  const folder = sandbox?.config.logDirectory ?? "";
  return folder !== "" && logFile.startsWith(`${folder}/`) ? folder : undefined;
}

function isLinked({ sandbox }: FeedSource): boolean {
  return sandbox?.config.annotations[logFormatAnnotation] === "docker";
}

/** In a child process: the path is a client's. */
async function link(target: string, path: string, signal: AbortSignal): Promise<void> {
  const options = { signal, timeoutMillis: linkMillis };
  const { exitCode, stderr } = await exec("ln", ["-sfT", "--", target, path], options);
  if (exitCode === 0) return;
  throw new CriError("FailedPrecondition", `cannot link ${path}: ${stderr.toString().trim()}`);
}
