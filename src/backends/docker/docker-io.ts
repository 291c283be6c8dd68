import type { Duplex } from "node:stream";
import type { NetnsDialer } from "../../host/netns-dialer.ts";
import type { Container } from "../../model/container.ts";
import type { PodSandbox } from "../../model/pod-sandbox.ts";
import type {
  AttachStreams,
  ExecStreams,
  ExecSyncRequest,
  ExecSyncResult,
  IoBackend,
} from "../backend.ts";
import { attachStream } from "./attach-stream.ts";
import { ExecRuns, type ExecRunsOptions } from "./exec-run.ts";
import { ExecStream } from "./exec-stream.ts";
import { ExecSync } from "./exec-sync.ts";
import { connectToPod } from "./pod-connect.ts";

export interface DockerIoOptions extends ExecRunsOptions {
  readonly dialer: Pick<NetnsDialer, "connect">;
}

/** What goes in and out of docker's containers and pods. */
export class DockerIo implements IoBackend {
  readonly #options: DockerIoOptions;
  readonly #runs: ExecRuns;
  readonly #sync: ExecSync;
  readonly #stream: ExecStream;

  constructor(options: DockerIoOptions) {
    const { clock } = options;
    this.#options = options;
    this.#runs = new ExecRuns(options);
    this.#sync = new ExecSync({ runs: this.#runs, clock });
    this.#stream = new ExecStream({ runs: this.#runs, clock });
  }

  /** Takes the end of an exec from the event stream. */
  noteExecDied(execId: string, exitCode: number): void {
    this.#runs.noteDied(execId, exitCode);
  }

  async execSync(
    container: Container,
    request: ExecSyncRequest,
    signal: AbortSignal,
  ): Promise<ExecSyncResult> {
    return await this.#sync.run(container, request, signal);
  }

  async exec(container: Container, exec: ExecStreams, signal: AbortSignal): Promise<number> {
    return await this.#stream.run(container, exec, signal);
  }

  async attach(container: Container, attach: AttachStreams, signal: AbortSignal): Promise<void> {
    await attachStream(this.#options.api, { container, attach }, signal);
  }

  async connect(sandbox: PodSandbox, port: number, signal: AbortSignal): Promise<Duplex> {
    return await connectToPod(this.#options, { sandbox, port }, signal);
  }
}
