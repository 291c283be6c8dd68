import type { Duplex } from "node:stream";

/** Passes bytes both ways, no faster than they are taken; each half ends on its own, and the loss of one is the loss of both. */
export function joinConnections(one: Duplex, other: Duplex): void {
  for (const [from, to] of [
    [one, other],
    [other, one],
  ] as const) {
    from.pipe(to);
    from.on("error", () => to.destroy());
    // Closed before its end: what is missing will not come any more.
    from.on("close", () => {
      if (!from.readableEnded) to.destroy();
    });
  }
}
