import { CriError } from "../model/error.ts";
import type {
  AttachRequest,
  ExecRequest,
  StreamChoice,
  StreamSession,
  StreamTarget,
} from "../model/streaming.ts";
import type { Outcome } from "./exec-status.ts";

/** Exec or attach, as it is carried out when the client's streams are there. */
export interface Command {
  readonly streams: StreamChoice;
  /** Never rejects. */
  readonly run: (session: StreamSession, signal: AbortSignal) => Promise<Outcome>;
}

/** Returns a command that runs something new in a container. */
export function execCommand(request: ExecRequest, target: StreamTarget): Command {
  return {
    streams: request.streams,
    run: (session, signal) =>
      outcomeOf("error executing command in container", () =>
        target.exec(request, session, signal),
      ),
  };
}

/** Returns a command that joins what runs in a container. */
export function attachCommand(request: AttachRequest, target: StreamTarget): Command {
  return {
    streams: request.streams,
    run: (session, signal) =>
      outcomeOf("error attaching to container", async () => {
        await target.attach(request, session, signal);
        return 0;
      }),
  };
}

async function outcomeOf(what: string, work: () => Promise<number>): Promise<Outcome> {
  try {
    return { type: "exited", exitCode: await work() };
  } catch (thrown) {
    const { kind, message } = CriError.from(thrown, "streaming");
    return { type: "failed", error: new CriError(kind, `${what}: ${message}`, { cause: thrown }) };
  }
}
