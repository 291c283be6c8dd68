import { RemoteSession } from "../client/remote-session.ts";
import { execUrl } from "../client/stream-urls.ts";
import { CriError } from "../model/error.ts";
import { endpointFlags, type Session, secondsOf, withEndpoint } from "./endpoint.ts";
import { findContainer } from "./find.ts";
import { inventory } from "./inventory.ts";
import { type Interaction, interactionFlags, joinStreams, streamChoice } from "./remote-streams.ts";
import type { Verb } from "./verb.ts";

/** Runs a command and passes its streams and its exit code on. */
export const verb: Verb = {
  usage: "exec [FLAGS] CONTAINER -- COMMAND…",
  flags: {
    ...endpointFlags,
    ...interactionFlags,
    timeout: {
      ...endpointFlags.timeout,
      help: "how long the command may take (with --output json 120, else as long as it likes)",
    },
  },
  least: 2,
  most: Number.POSITIVE_INFINITY,
  prepare: ({ values, positionals: [container = "", ...command] }) => {
    const seconds = values["timeout"] === undefined ? undefined : secondsOf(values, "timeout", 120);
    const interaction = { stdin: values["stdin"] === true, tty: values["tty"] === true };
    const exec = { container, command, seconds, interaction };
    return withEndpoint(values, (session) =>
      session.json ? execSync(session, exec) : execStreams(session, exec),
    );
  },
};

interface Exec {
  readonly container: string;
  readonly command: readonly string[];
  readonly seconds: number | undefined;
  readonly interaction: Interaction;
}

/** As kubectl does: output comes as it is written, and of any length. */
async function execStreams(
  session: Session,
  { container, command, seconds, interaction }: Exec,
): Promise<number> {
  const { client, options, terminal } = session;
  const { id } = findContainer(await inventory(session), container).container;
  const streams = await streamChoice(terminal, interaction);
  const url = await execUrl(client, { containerId: id, command, streams }, options);
  using remote = await RemoteSession.open(url, streams, AbortSignal.timeout(options.timeoutMillis));
  const ended = joinStreams(terminal, remote, streams);
  if (seconds === undefined) return await ended;
  return await within(seconds, ended);
}

/** The end of our connection ends the command. */
async function within(seconds: number, ended: Promise<number>): Promise<number> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => reject(new CriError("DeadlineExceeded", `the command did not end within ${seconds} s`)),
    seconds * 1000,
  );
  try {
    return await Promise.race([ended, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** One JSON object can be had only of a command that has ended; the server ends it at the timeout, our own call may take a little longer, to hear of it. */
async function execSync(
  session: Session,
  { container, command, seconds = 120 }: Exec,
): Promise<number> {
  const { client, terminal } = session;
  const found = findContainer(await inventory(session), container);
  const timeoutMillis = seconds * 1000 + 5000;
  const request = {
    containerId: found.container.id,
    cmd: [...command],
    timeout: `${Math.max(1, Math.ceil(seconds))}`,
  };
  const { stdout, stderr, exitCode } = await client.runtime("ExecSync", request, { timeoutMillis });
  const texts = { exitCode, stdout: stdout.toString(), stderr: stderr.toString() };
  await terminal.out(`${JSON.stringify(texts)}\n`);
  return exitCode;
}
