import type { Readable } from "node:stream";
import type { RemoteSession } from "../client/remote-session.ts";
import type { StreamChoice } from "../model/streaming.ts";
import type { Terminal, TerminalInput } from "./verb.ts";

/** What the user asked for by -i and -t. */
export interface Interaction {
  readonly stdin: boolean;
  readonly tty: boolean;
}

/** The flags of verbs that join streams. */
export const interactionFlags = {
  stdin: { type: "boolean", short: "i", help: "pass our input on" },
  tty: { type: "boolean", short: "t", help: "use a terminal" },
} as const;

/** Output that was sent before the end has come by then, or the connection is closed. */
const drainMillis = 5_000;

/** Returns the streams to ask for; a terminal needs one at our end, as with kubectl, and says so where there is none. */
export async function streamChoice(
  terminal: Terminal,
  { stdin, tty }: Interaction,
): Promise<StreamChoice> {
  const isTerminal = tty && terminal.input().screen !== undefined;
  if (tty && !isTerminal) await terminal.err("cri-ferry: no terminal (-t): our input is none\n");
  return { tty: isTerminal, stdin, stdout: true, stderr: !isTerminal };
}

/** Joins our streams with those of a session until it ends, and returns its exit code. Our terminal is then as it was before. */
export async function joinStreams(
  terminal: Terminal,
  session: RemoteSession,
  { tty, stdin }: StreamChoice,
): Promise<number> {
  using stack = new DisposableStack();
  const input = tty || stdin ? terminal.input() : undefined;
  if (tty) followSize(stack, input, session);
  if (stdin && input !== undefined) {
    // A terminal without input stays as it is: then ^C ends us.
    if (tty && input.screen !== undefined) stack.use(input.screen.raw());
    passInput(stack, input.stream, session);
  }
  const output = Promise.all([
    passOutput(session.stdout, (bytes) => terminal.out(bytes)),
    passOutput(session.stderr, (bytes) => terminal.err(bytes)),
  ]);
  // Its failure shows as the lack of a status, which says more.
  output.catch(() => undefined);
  const exitCode = await session.ended();
  await Promise.race([output.catch(() => undefined), late()]);
  return exitCode;
}

function followSize(
  stack: DisposableStack,
  input: TerminalInput | undefined,
  session: RemoteSession,
): void {
  const screen = input?.screen;
  const tell = (): void => {
    const size = screen?.size();
    if (size !== undefined) session.resize(size);
  };
  tell();
  if (screen !== undefined) stack.use(screen.onResize(tell));
}

function passInput(stack: DisposableStack, stream: Readable, { stdin }: RemoteSession): void {
  if (stdin === undefined) return;
  stdin.on("error", () => undefined);
  stream.on("error", () => stdin.end());
  stream.pipe(stdin);
  stack.defer(() => {
    stream.unpipe(stdin);
    // It would keep the program waiting for more.
    stream.destroy();
  });
}

async function passOutput(
  stream: Readable | undefined,
  write: (bytes: Buffer) => Promise<void>,
): Promise<void> {
  if (stream === undefined) return;
  for await (const chunk of stream) await write(chunk as Buffer);
}

/** A server that does not end its streams closes the connection; one that does neither is not waited for. */
function late(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, drainMillis).unref());
}
