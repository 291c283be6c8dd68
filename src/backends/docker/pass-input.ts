import type { Duplex, Readable } from "node:stream";

/** Passes a client's input on, no faster than docker takes it, until disposed of. `endsToo`: the process is to see its end. */
export function passInput(
  stdin: Readable | undefined,
  connection: Duplex,
  { endsToo }: { readonly endsToo: boolean },
): Disposable {
  // A client that vanishes is told by the call's signal; its input has then no end that a process should see.
  stdin?.on("error", () => undefined);
  stdin?.pipe(connection, { end: endsToo });
  return { [Symbol.dispose]: () => void stdin?.unpipe(connection) };
}
