import { once } from "node:events";
import { type Duplex, PassThrough } from "node:stream";
import type {
  AttachStreams,
  ExecStreams,
  ExecSyncRequest,
  ExecSyncResult,
  IoBackend,
} from "../../src/backends/backend.ts";
import type { Container } from "../../src/model/container.ts";
import { CriError } from "../../src/model/error.ts";
import type { PodSandbox } from "../../src/model/pod-sandbox.ts";
import type { StreamSession } from "../../src/model/streaming.ts";

interface FakeIoOptions {
  readonly step: (name: string, signal: AbortSignal) => Promise<void>;
  readonly exit: (containerId: string, exitCode: number) => void;
}

/** The port that a container with the command `listen` echoes on. */
export const echoPort = 7;

/**
 * The streams of the fake engine. Commands: `true`, `exit N`, `cat`, `say OUT ERR`, `sizes` (one line for each size of the terminal, until it is 1 wide), `cannot run`;
 * everything else runs on without a word.
 */
export class FakeIo implements IoBackend {
  readonly #options: FakeIoOptions;
  readonly #attached = new Map<string, () => void>();

  constructor(options: FakeIoOptions) {
    this.#options = options;
  }

  /** Lets those go who are attached to a container that has ended. */
  noteEnd(containerId: string): void {
    this.#attached.get(containerId)?.();
  }

  async execSync(
    _container: Container,
    { command }: ExecSyncRequest,
    signal: AbortSignal,
  ): Promise<ExecSyncResult> {
    await this.#options.step("exec", signal);
    return { exitCode: 0, stdout: Buffer.from(command.join(" ")), stderr: Buffer.alloc(0) };
  }

  async exec(
    _container: Container,
    { command, session }: ExecStreams,
    signal: AbortSignal,
  ): Promise<number> {
    await this.#options.step("exec", signal);
    return await Promise.race([runCommand(command, session), whenLeft(signal)]);
  }

  async attach(
    container: Container,
    { session }: AttachStreams,
    signal: AbortSignal,
  ): Promise<void> {
    await this.#options.step("attach", signal);
    const ended = new Promise<void>((resolve) => this.#attached.set(container.id, resolve));
    const joined = async () => {
      for await (const chunk of session.stdin ?? []) session.stdout?.write(chunk);
      if (!container.config.stdinOnce) await new Promise(() => undefined);
      this.#options.exit(container.id, 0);
    };
    await Promise.race([joined(), ended, whenLeft(signal)]);
  }

  async connect(_sandbox: PodSandbox, port: number, signal: AbortSignal): Promise<Duplex> {
    await this.#options.step("connect", signal);
    if (port !== echoPort) throw new CriError("Unavailable", "connection refused");
    return new PassThrough();
  }
}

async function runCommand(
  [program = "", ...args]: readonly string[],
  { stdin, stdout, stderr, resizes }: StreamSession,
): Promise<number> {
  switch (program) {
    case "cat":
      for await (const chunk of stdin ?? []) stdout?.write(chunk);
      return 0;
    case "true":
      return 0;
    case "exit":
      return Number(args[0]);
    case "say":
      stdout?.write(args[0]);
      stderr?.write(args[1]);
      return 0;
    case "sizes":
      return await tellSizes(resizes, (line) => void stdout?.write(line));
    case "cannot":
      stdout?.write("cannot: no such program");
      return 127;
    default:
      return await new Promise(() => undefined);
  }
}

async function tellSizes(
  sizes: StreamSession["resizes"],
  write: (line: string) => void,
): Promise<number> {
  for await (const { width, height } of sizes) {
    write(`${height} ${width}\n`);
    if (width === 1) break;
  }
  return 0;
}

async function whenLeft(signal: AbortSignal): Promise<never> {
  if (!signal.aborted) await once(signal, "abort");
  throw CriError.from(signal.reason, "the client has gone");
}
