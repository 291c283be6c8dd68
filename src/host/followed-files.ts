import { readFile, stat } from "node:fs/promises";
import { CriError, messageOf } from "../model/error.ts";
import type { Clock, Log } from "../model/ports.ts";

export interface FollowedFiles<Name extends string> {
  /** Path by name. Files of ours or the administrator's, on a local disk. */
  readonly files: Readonly<Record<Name, string>>;
  /** The settings that name them, for the error's text. */
  readonly setting: string;
  /** Takes what is in the files into use; what it throws says why that is no good, and holds nothing secret. */
  readonly use: (contents: Readonly<Record<Name, string>>) => void;
  readonly clock: Clock;
  readonly log: Log;
  /** How often they are looked at; default 10 s. */
  readonly intervalMillis?: number | undefined;
}

const defaultIntervalMillis = 10_000;

/**
 * Has files that somebody else replaces now and then (certificates, tokens) used, and used again after each change, until it is
 * disposed of. They are looked at, not watched: replacing a folder's link, as secrets come, is no event of the file.
 * Throws FailedPrecondition when they cannot be used at first; later what was in use stays, with a warning.
 */
export async function followFiles<Name extends string>(
  options: FollowedFiles<Name>,
): Promise<AsyncDisposable> {
  const seen = await signature(options).catch(() => "");
  try {
    await useNow(options);
  } catch (thrown) {
    const message = `${options.setting} cannot be used: ${messageOf(thrown)}`;
    throw new CriError("FailedPrecondition", message, { cause: thrown });
  }
  const ending = new AbortController();
  const following = follow(options, seen, ending.signal);
  return {
    [Symbol.asyncDispose]: () => {
      ending.abort();
      return following;
    },
  };
}

async function follow<Name extends string>(
  options: FollowedFiles<Name>,
  first: string,
  signal: AbortSignal,
): Promise<void> {
  const { clock, log, setting, intervalMillis = defaultIntervalMillis } = options;
  let seen = first;
  let complaint = "";
  while (!signal.aborted) {
    await clock.sleep(intervalMillis, signal).catch(() => undefined);
    if (signal.aborted) return;
    // Taken before the files are read: a change meanwhile is seen the next time.
    const now = await signature(options).catch((thrown: unknown) => messageOf(thrown));
    if (now === seen) continue;
    try {
      await useNow(options);
      seen = now;
      complaint = "";
      log.info("changed files are used from now on", { setting });
    } catch (thrown) {
      // Of a pair one may be new already and the other not yet, or they could not be read this once: they are tried until they can be used.
      const err = messageOf(thrown);
      if (err !== complaint) log.warn("changed files cannot be used", { setting, err });
      complaint = err;
    }
  }
}

async function useNow<Name extends string>({ files, use }: FollowedFiles<Name>): Promise<void> {
  const entries = Object.entries<string>(files).map(
    async ([name, path]) => [name, await readFile(path, "utf8")] as const,
  );
  use(Object.fromEntries(await Promise.all(entries)) as Record<Name, string>);
}

/** Differs after every change that is made in a way that a reader can rely on. */
async function signature<Name extends string>({ files }: FollowedFiles<Name>): Promise<string> {
  const stats = await Promise.all(
    Object.values<string>(files).map((path) => stat(path, { bigint: true })),
  );
  return stats.map(({ ino, size, mtimeNs }) => `${ino} ${size} ${mtimeNs}`).join("\n");
}
