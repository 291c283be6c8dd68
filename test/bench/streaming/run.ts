import { execFileSync } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { startGoClient } from "../../interop/go-client.ts";
import { buildGoProgram, whyNoGo } from "../../interop/go-program.ts";
import { circumstances } from "../report.ts";
import { contenders, memorySubject } from "./contenders.ts";
import { crowds } from "./crowd.ts";
import { engineSubjects } from "./engines.ts";
import { measure } from "./measure.ts";
import { markdown, missed, type StreamingReport, textTables } from "./report.ts";
import { works } from "./work.ts";

const usage = `npm run bench:streaming -- [--short] [--rounds N] [--mebibytes N] [--sessions N] [--engines docker,containerd] [--only TEXT]
  [--judge] [--node-argument ARGUMENT …] [--json FILE] [--markdown FILE]
npm run bench:streaming -- --from JSON_FILE --markdown FILE

Streams by client-go against Kubernetes' own streaming server and against ours, the same memory behind both, in turns; then with
many sessions at once; then through engines, each with a daemon of its own (root is needed for those; --engines '' leaves them
out). --judge: ends with 1 when a figure misses its mark.`;

const { values } = parseArgs({
  options: {
    short: { type: "boolean", default: false },
    rounds: { type: "string" },
    mebibytes: { type: "string" },
    sessions: { type: "string" },
    engines: { type: "string", default: "docker" },
    only: { type: "string", default: "" },
    judge: { type: "boolean", default: false },
    "node-argument": { type: "string", multiple: true, default: [] },
    json: { type: "string" },
    from: { type: "string" },
    markdown: { type: "string" },
    help: { type: "boolean", short: "h", default: false },
  },
});

if (values.help) console.log(usage);
else if (values.from === undefined) await bench();
else await write(JSON.parse(await readFile(values.from, "utf8")) as StreamingReport);

async function bench(): Promise<void> {
  const lacking = whyNoGo();
  if (lacking !== undefined) {
    console.log(`skipped: ${lacking}`);
    return;
  }
  const loadAverage = (await readFile("/proc/loadavg", "utf8")).split(" ").slice(0, 3).join(" ");
  const program = buildGoProgram();
  const report: StreamingReport = {
    around: {
      ...circumstances(loadAverage),
      go: goVersion(),
    },
    amounts: amounts(),
    memory: await inMemory(program),
    crowds: await withCrowds(program),
    engines: await throughEngines(program),
  };
  if (values.json !== undefined)
    await writeFile(values.json, `${JSON.stringify(report, null, 2)}\n`);
  await write(report);
}

/** The program may lie in the cache of a machine without Go. */
function goVersion(): string {
  try {
    return execFileSync("go", ["version"], { encoding: "utf8" }).trim();
  } catch {
    return "no go command";
  }
}

function amounts() {
  const { short } = values;
  return {
    mebibytes: Number(values.mebibytes ?? (short ? 50 : 200)),
    rounds: Number(values.rounds ?? (short ? 2 : 5)),
    // An engine takes its time, and nothing is judged there.
    engineRounds: Math.min(2, Number(values.rounds ?? 2)),
    sessions: Number(values.sessions ?? 200),
  };
}

function wantedWorks() {
  const { mebibytes } = amounts();
  return works(mebibytes << 20);
}

async function inMemory(program: string) {
  await using stack = new AsyncDisposableStack();
  const client = stack.use(startGoClient(program));
  const subjects = contenders(program, values["node-argument"]).map(({ name, start }) => ({
    name,
    ...memorySubject(stack.use(start()), client),
  }));
  const { rounds } = amounts();
  return await measure({ works: wantedWorks(), subjects, rounds, only: values.only });
}

async function withCrowds(program: string) {
  const rows: { name: string; mebibytes: Record<string, number> }[] = [];
  for (const { name, measure: most } of crowds(amounts().sessions)) {
    if (!name.includes(values.only)) continue;
    const mebibytes: Record<string, number> = {};
    for (const contender of contenders(program)) {
      mebibytes[contender.name] = await most(contender, program);
    }
    rows.push({ name, mebibytes });
  }
  return rows;
}

async function throughEngines(program: string) {
  await using stack = new AsyncDisposableStack();
  const names = values.engines.split(",").filter((name) => name !== "");
  const subjects = await engineSubjects(names, program, stack);
  if (subjects.length === 0) return [];
  const { engineRounds: rounds } = amounts();
  return await measure({ works: wantedWorks(), subjects, rounds, only: values.only });
}

async function write(report: StreamingReport): Promise<void> {
  console.log(textTables(report));
  if (values.markdown !== undefined) await writeFile(values.markdown, markdown(report));
  const misses = missed(report);
  for (const miss of misses) console.log(`missed: ${miss}`);
  if (values.judge && misses.length > 0) process.exitCode = 1;
}
