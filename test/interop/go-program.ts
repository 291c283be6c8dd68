import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, globSync, mkdirSync, readFileSync, renameSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { messageOf } from "../../src/model/error.ts";

const sourceFolder = join(import.meta.dirname, "go");

/** Why the program cannot be built here; undefined when it can, or lies in the cache. */
export function whyNoGo(): string | undefined {
  if (existsSync(cachedProgram())) return undefined;
  const [, wanted = ""] =
    /^go (\S+)$/m.exec(readFileSync(join(sourceFolder, "go.mod"), "utf8")) ?? [];
  const [, present] = /go version go(\d+\.\d+(?:\.\d+)?)/.exec(said("go", ["version"])) ?? [];
  if (present === undefined || !isAtLeast(present, wanted)) {
    const found = present === undefined ? "there is none" : `there is ${present}`;
    return `Go ${wanted} is needed and ${found}; scripts/setup.sh gets it`;
  }
  return whyNoModules();
}

/** Fetches the modules that are not there yet. */
function whyNoModules(): string | undefined {
  try {
    execFileSync("go", ["mod", "download"], {
      cwd: sourceFolder,
      stdio: ["ignore", "ignore", "pipe"],
    });
    return undefined;
  } catch (thrown) {
    return `Go's modules cannot be fetched: ${messageOf(thrown)}`;
  }
}

function cachedProgram(): string {
  const cache = join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "cri-ferry");
  return join(cache, `interop-${sourceDigest()}`);
}

/**
 * Returns the path of the program `interop`, which it builds unless a program of the same source lies in the cache (minutes, where
 * Go's own cache is empty). Throws with what the compiler says.
 */
export function buildGoProgram(): string {
  const program = cachedProgram();
  if (existsSync(program)) return program;
  mkdirSync(dirname(program), { recursive: true });
  // Two builds at once do not see each other's half.
  const fresh = `${program}.${process.pid}`;
  execFileSync("go", ["build", "-trimpath", "-o", fresh, "."], {
    cwd: sourceFolder,
    // Static, so that it runs within any container.
    env: { ...process.env, CGO_ENABLED: "0", GOFLAGS: "-mod=readonly" },
    stdio: ["ignore", "inherit", "inherit"],
  });
  renameSync(fresh, program);
  return program;
}

function sourceDigest(): string {
  const hash = createHash("sha256");
  for (const name of globSync(["*.go", "go.mod", "go.sum"], { cwd: sourceFolder }).sort()) {
    hash.update(name).update(readFileSync(join(sourceFolder, name)));
  }
  return hash.digest("hex").slice(0, 16);
}

function said(file: string, args: readonly string[]): string {
  try {
    // Not another version than the one that is there, which it would fetch now.
    const env = { ...process.env, GOTOOLCHAIN: "local" };
    return execFileSync(file, args, { encoding: "utf8", env });
  } catch {
    return "";
  }
}

function isAtLeast(version: string, least: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [leastMajor = 0, leastMinor = 0] = least.split(".").map(Number);
  return major > leastMajor || (major === leastMajor && minor >= leastMinor);
}
