import type { Duplex } from "node:stream";
import type { Command } from "./command.ts";
import type { Outcome } from "./exec-status.ts";
import type { Session } from "./sessions.ts";
import { TerminalSizes } from "./terminal-sizes.ts";

/** The client's ends of exec or attach, whatever carries them. */
export interface ClientEnds {
  get(type: "stdin" | "stdout" | "stderr" | "resize"): Duplex | undefined;
}

/** Runs a command between a client's ends, of which it gets those that were asked for. Never rejects. */
export async function runCommand(
  command: Command,
  ends: ClientEnds,
  session: Session,
): Promise<Outcome> {
  const resizes = new TerminalSizes();
  const endResizes = (): void => resizes.end();
  const resize = ends.get("resize")?.setEncoding("utf8");
  resize?.on("data", (text: string) => resizes.push(text)).once("close", endResizes);
  const asked = (type: "stdin" | "stdout" | "stderr"): Duplex | undefined =>
    command.streams[type] ? ends.get(type) : undefined;
  const streams = { stdin: asked("stdin"), stdout: asked("stdout"), stderr: asked("stderr") };
  const outcome = await command.run({ ...streams, resizes }, session.signal);
  endResizes();
  // What the client still types is for nobody.
  streams.stdin?.unpipe().resume();
  if (!session.signal.aborted) session.note(endingOf(outcome), outcome.type === "failed");
  return outcome;
}

function endingOf(outcome: Outcome): string {
  return outcome.type === "exited" ? `exit ${outcome.exitCode}` : outcome.error.message;
}
