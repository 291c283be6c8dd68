import type { ContainerFacts } from "../model/container.ts";
import type { PodSandboxFacts } from "../model/pod-sandbox.ts";

/**
 * Joins what is known with what an engine reports, in whatever order reports arrive: an object only moves forward
 * (created → started → finished), so a late report undoes nothing. A later start is a new life (somebody ran `docker restart`).
 */
export function mergeContainerFacts(
  known: ContainerFacts,
  reported: ContainerFacts,
): ContainerFacts {
  const facts = isOlder(known, reported) ? known : reported;
  const sameLife = known.startedAtNanos === reported.startedAtNanos;
  const killed = facts.killed === true || (sameLife && known.killed === true);
  return {
    ...facts,
    finishedAtNanos: lastEnd(facts, known),
    oomKilled: !killed && (facts.oomKilled || (sameLife && known.oomKilled)),
    ...(killed ? { killed } : {}),
    user: facts.user ?? known.user,
    // Limits change by our own updates alone; a report may have been read before one.
    resources: known.resources,
  };
}

/** The same for a sandbox; addresses once known stay known. */
export function mergeSandboxFacts(
  known: PodSandboxFacts,
  reported: PodSandboxFacts,
): PodSandboxFacts {
  const facts = isOlder(known, reported) ? known : reported;
  return facts.ips.length > 0 ? facts : { ...facts, ips: known.ips };
}

interface Life {
  readonly startedAtNanos: bigint;
  readonly finishedAtNanos: bigint;
}

/**
 * The end of a life as whoever knew most told it: of a failed start, or of an end that the engine did not see, it knows no time and
 * says an earlier one.
 */
function lastEnd(facts: Life, known: Life): bigint {
  const sameLife = facts.startedAtNanos === known.startedAtNanos;
  return sameLife && known.finishedAtNanos > facts.finishedAtNanos
    ? known.finishedAtNanos
    : facts.finishedAtNanos;
}

/** Whether the report tells of an earlier moment than what is known. */
function isOlder(known: Life, reported: Life): boolean {
  if (reported.startedAtNanos !== known.startedAtNanos)
    return reported.startedAtNanos < known.startedAtNanos;
  return known.finishedAtNanos > 0n && reported.finishedAtNanos === 0n;
}
