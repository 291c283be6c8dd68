import { spawn } from "node:child_process";
import { once } from "node:events";
import { globSync, mkdtempSync, rmdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { parseArgs } from "node:util";
import { command } from "../harness/command.ts";
import { folderVariable, fullVariable } from "./place.ts";

/*
 * npm run faults -- F1 [F2 …] [--full] [--only PATTERN]
 *
 * Each fault's file runs alone in namespaces of its own (processes, mounts, network): whatever a fault leaves ends with them,
 * and nothing else that the machine does shows in a leak check. --full takes the numbers that a fault is written with instead of
 * the shorter ones of CI; --only takes the tests whose names match.
 */

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    full: { type: "boolean", default: false },
    only: { type: "string", default: "" },
    inside: { type: "string" },
  },
});

interface Outcome {
  readonly passed: number;
  readonly failed: number;
}

/** `f01-kill-while-creating.test.ts` is F1. */
function faultOf(file: string): string {
  return `F${Number(/^f(\d+)-/.exec(basename(file))?.[1])}`;
}

function filesOf(names: readonly string[]): readonly string[] {
  const files = globSync(join(import.meta.dirname, "f*.test.ts")).sort();
  const known = new Set(files.map(faultOf));
  const unknown = names.filter((name) => !known.has(name.toUpperCase()));
  if (unknown.length > 0)
    throw new Error(`no test of ${unknown.join(", ")}; there are ${[...known].join(" ")}`);
  const wanted = new Set(names.map((name) => name.toUpperCase()));
  return files.filter((file) => wanted.size === 0 || wanted.has(faultOf(file)));
}

/** The first process of a namespace has to collect orphans: a shell that waits does. */
const firstProcess = ["sh", "-c", '"$@"; exit $?', "faults"];
const namespaces = ["--net", "--mount", "--pid", "--fork", "--mount-proc", "--kill-child"];

/** Runs one file to its end, prints what it says, and returns what passed and failed. */
async function runFile(file: string, signal: AbortSignal): Promise<Outcome> {
  const folder = mkdtempSync(join(tmpdir(), "cf-faults-"));
  try {
    const script = [
      process.execPath,
      import.meta.filename,
      "--inside",
      file,
      "--only",
      values.only,
    ];
    const child = spawn("unshare", [...namespaces, ...firstProcess, ...script], {
      stdio: ["ignore", "pipe", "inherit"],
      env: {
        ...process.env,
        [folderVariable]: folder,
        [fullVariable]: values.full ? "1" : "",
      },
    });
    const stop = () => child.kill("SIGKILL");
    signal.addEventListener("abort", stop, { once: true });
    let said = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      said += text;
      process.stdout.write(text);
    });
    await once(child, "close");
    signal.removeEventListener("abort", stop);
    const passed = countOf(said, "pass");
    const failed = countOf(said, "fail") + countOf(said, "cancelled");
    return { passed, failed: passed + failed + countOf(said, "skipped") === 0 ? 1 : failed };
  } finally {
    removeCgroups(basename(folder));
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Cgroups have no namespace here: those with the run's name go when its processes are gone, in each hierarchy. */
function removeCgroups(name: string): void {
  const found = globSync(`/sys/fs/cgroup/{,*/}${name}*{,/**/}`);
  for (const path of found.toSorted((a, b) => b.length - a.length)) {
    try {
      rmdirSync(path);
    } catch {
      // A file of the cgroup, which goes with it.
    }
  }
}

/** What the spec reporter counts at its end: `ℹ pass 3`. */
function countOf(said: string, kind: string): number {
  return Number(new RegExp(`^ℹ ${kind} (\\d+)$`, "m").exec(said)?.[1] ?? 0);
}

/** In the namespaces: what is shared through files is made their own too. */
async function inside(file: string): Promise<number> {
  await command("ip", ["link", "set", "lo", "up"]);
  for (const folder of ["/var/lib/cni", "/run/netns"]) {
    await command("mkdir", ["-p", folder]);
    await command("mount", ["-t", "tmpfs", "tmpfs", folder]);
  }
  const only = values.only === "" ? [] : [`--test-name-pattern=${values.only}`];
  const args = ["--test", "--test-reporter=spec", ...only, file];
  const child = spawn(process.execPath, args, { stdio: "inherit" });
  const [code] = await once(child, "exit");
  return typeof code === "number" ? code : 1;
}

async function main(): Promise<number> {
  if (values.inside !== undefined) return await inside(values.inside);
  const interruption = new AbortController();
  process.once("SIGINT", () => interruption.abort());
  process.once("SIGTERM", () => interruption.abort());
  const outcomes: Outcome[] = [];
  for (const file of filesOf(positionals)) {
    if (interruption.signal.aborted) break;
    console.log(`${faultOf(file)}  ${basename(file)}`);
    outcomes.push(await runFile(file, interruption.signal));
  }
  const sum = (kind: keyof Outcome) => outcomes.reduce((total, one) => total + one[kind], 0);
  console.log(`${sum("passed")} passed, ${sum("failed")} failed`);
  return sum("failed") > 0 || interruption.signal.aborted ? 1 : 0;
}

process.exitCode = await main();
