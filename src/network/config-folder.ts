import { readdir, readFile, stat } from "node:fs/promises";
import { extname, join } from "node:path";
import { CriError, errnoOf, messageOf } from "../model/error.ts";
import { type NetworkConfig, parseNetworkConfig } from "./network-config.ts";

/** What the configuration folders hold now. */
export interface ConfigReading {
  /** All that are valid: folder by folder, in a folder by file name. The first is the one for new pods. */
  readonly networks: readonly NetworkConfig[];
  /** What is wrong with the files and folders that were passed over, each with its path. */
  readonly complaints: readonly string[];
}

const extensions: ReadonlySet<string> = new Set([".conflist", ".conf", ".json"]);
/** The kernel's own pipe and socket limits end far below; nobody writes such a file on purpose. */
const maxFileBytes = 1 << 20;

/** Reads the folders; never throws for what is in them. */
export async function readConfigFolders(folders: readonly string[]): Promise<ConfigReading> {
  const networks: NetworkConfig[] = [];
  const complaints: string[] = [];
  for (const folder of folders) {
    try {
      for (const name of await configFiles(folder)) {
        await readInto(join(folder, name), networks, complaints);
      }
    } catch (error) {
      complaints.push(complaintOf(folder, error));
    }
  }
  return { networks, complaints };
}

/** By code unit, as Go's sort.Strings and so every other runtime orders them. */
async function configFiles(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder);
  return names.filter((name) => extensions.has(extname(name))).toSorted();
}

async function readInto(
  path: string,
  networks: NetworkConfig[],
  complaints: string[],
): Promise<void> {
  try {
    const facts = await stat(path);
    if (facts.isDirectory()) return;
    if (!facts.isFile() || facts.size > maxFileBytes) {
      throw new CriError("FailedPrecondition", `${path}: must be a file of at most 1 MiB`);
    }
    networks.push(parseNetworkConfig(await readFile(path, "utf8"), path));
  } catch (error) {
    complaints.push(complaintOf(path, error));
  }
}

function complaintOf(path: string, error: unknown): string {
  if (error instanceof CriError) return error.message;
  return errnoOf(error) === "ENOENT" ? `${path} does not exist` : `${path}: ${messageOf(error)}`;
}
