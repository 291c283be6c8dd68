import { setTimeout as wait } from "node:timers/promises";
import { CriError } from "../model/error.ts";

/** What a named step of the program does when a test asks for it. */
export type FailpointAction =
  | { readonly type: "kill" }
  | { readonly type: "hang" }
  | { readonly type: "error" }
  | { readonly type: "sleep"; readonly millis: number };

/**
 * Reads `name=kill|hang|error|sleep:MILLIS,…`.
 * Throws InvalidArgument for anything else, so that a mistyped test does not pass by doing nothing.
 */
export function parseFailpoints(text: string): ReadonlyMap<string, FailpointAction> {
  const entries = text.split(",").filter((entry) => entry.trim() !== "");
  return new Map(entries.map(parseEntry));
}

function parseEntry(entry: string): [string, FailpointAction] {
  const match = /^\s*([^=\s]+)=(?:(kill|hang|error)|sleep:(\d+))\s*$/.exec(entry);
  const [, name, type, millis] = match ?? [];
  if (name === undefined) {
    throw new CriError(
      "InvalidArgument",
      `CRI_FERRY_FAILPOINTS: "${entry}" is not NAME=kill, hang, error or sleep:MILLIS`,
    );
  }
  if (type === "kill" || type === "hang" || type === "error") return [name, { type }];
  return [name, { type: "sleep", millis: Number(millis) }];
}

const configured = process.env["CRI_FERRY_FAILPOINTS"];
const actions = configured === undefined ? undefined : parseFailpoints(configured);

/** Marks a step where tests may stop, break or kill the program. Costs a comparison unless CRI_FERRY_FAILPOINTS was set at the start. */
export function failpoint(name: string): Promise<void> | undefined {
  const action = actions?.get(name);
  return action === undefined ? undefined : perform(name, action);
}

async function perform(name: string, action: FailpointAction): Promise<void> {
  switch (action.type) {
    case "kill":
      process.kill(process.pid, "SIGKILL");
      return await new Promise(() => undefined);
    case "hang":
      return await new Promise(() => undefined);
    case "error":
      throw new CriError("Internal", `failpoint ${name}`);
    case "sleep":
      return await wait(action.millis);
  }
}
