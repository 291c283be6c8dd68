import { lstat, open, readlink } from "node:fs/promises";
import { join } from "node:path";
import { CriError, errnoOf } from "../model/error.ts";

const maxLinks = 40;

/**
 * Reads a file below a folder that somebody else has filled, as a process with that folder as its root would: symlinks lead nowhere
 * else. Returns "" when there is none. Nobody may change the folder meanwhile. Throws ResourceExhausted for a longer file than the limit.
 */
export async function readRooted(root: string, path: string, maxBytes: number): Promise<string> {
  const place = await resolved(root, path);
  if (place === undefined) return "";
  try {
    await using file = await open(place);
    const { size } = await file.stat();
    if (size > maxBytes)
      throw new CriError("ResourceExhausted", `${path} has ${size} bytes, more than ${maxBytes}`);
    return await file.readFile("utf8");
  } catch (thrown) {
    if (errnoOf(thrown) === "ENOENT") return "";
    throw CriError.from(thrown, path);
  }
}

/** Returns the regular file that a path leads to, undefined when it leads to none. */
async function resolved(root: string, path: string): Promise<string | undefined> {
  const ahead = path.split("/");
  const done: string[] = [];
  let links = 0;
  for (let part = ahead.shift(); part !== undefined; part = ahead.shift()) {
    if (part === "" || part === ".") continue;
    if (part === "..") {
      done.pop();
      continue;
    }
    const at = join(root, ...done, part);
    const found = await lstat(at).catch(() => undefined);
    if (found === undefined) return undefined;
    if (!found.isSymbolicLink()) {
      if (ahead.every((rest) => rest === "") && !found.isFile()) return undefined;
      done.push(part);
      continue;
    }
    links += 1;
    if (links > maxLinks) return undefined;
    const target = await readlink(at);
    if (target.startsWith("/")) done.length = 0;
    ahead.unshift(...target.split("/"));
  }
  return join(root, ...done);
}
