import { execFileSync } from "node:child_process";
import { cpus, release, totalmem } from "node:os";
import type { Summary } from "./figures.ts";
import type { Amounts } from "./work.ts";

type Results = Readonly<Record<string, Readonly<Record<string, Summary>>>>;

/** What a run comes to; its JSON. */
export interface Report {
  readonly around: Circumstances;
  readonly amounts: Amounts;
  readonly results: Results;
}

/** What a table of figures is worth nothing without. */
interface Circumstances {
  readonly date: string;
  readonly cpus: number;
  readonly model: string | undefined;
  readonly memoryGibibytes: number;
  readonly kernel: string;
  readonly node: string;
  readonly versions: Readonly<Record<string, string>>;
  readonly loadAverage: string;
}

/** Looks at the machine; programs that are not there are left out. */
export function circumstances(loadAverage: string): Circumstances {
  const versions = Object.entries({
    docker: ["dockerd", "--version"],
    containerd: ["containerd", "--version"],
    runc: ["runc", "--version"],
  }).flatMap(([name, [file = "", ...args]]) => {
    try {
      const [line = ""] = execFileSync(file, args, { encoding: "utf8" }).split("\n");
      return [[name, line] as const];
    } catch {
      return [];
    }
  });
  return {
    date: new Date().toISOString().slice(0, 16).replace("T", " "),
    cpus: cpus().length,
    model: cpus()[0]?.model,
    memoryGibibytes: Math.round(totalmem() / 2 ** 30),
    kernel: release(),
    node: process.version,
    versions: Object.fromEntries(versions),
    loadAverage,
  };
}

/** One row a figure, one column a side: its median, and how many times the first side's that is. */
export function textTable(results: Results): string {
  const rows = tableRows(results, (summary) => number(summary.p50));
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  return rows
    .map((row) =>
      row
        .map((text, column) =>
          column === 0 ? text.padEnd(widths[0] ?? 0) : text.padStart(widths[column] ?? 0),
        )
        .join("  "),
    )
    .join("\n");
}

/** The page docs/performance.md. */
export function markdown({ results, around, amounts }: Report): string {
  const rows = tableRows(results, ({ p50, p95, p99, count }) =>
    count < 5 ? number(p50) : `${number(p50)} · ${number(p95)} · ${number(p99)}`,
  );
  const [head = [], ...body] = rows.map((row) => `| ${row.join(" | ")} |`);
  const rule = `|---|${(rows[0] ?? [])
    .slice(1)
    .map(() => "---:|")
    .join("")}`;
  const versions = Object.values(around.versions).join("; ");
  return `# Performance

Written by \`npm run bench -- --markdown FILE\` from what it measured; run it again rather than edit this page.

- ${around.date} UTC, ${around.cpus} × ${around.model}, ${around.memoryGibibytes} GiB, Linux ${around.kernel}, load average before the run ${around.loadAverage}
- Node ${around.node}; ${versions}
- ${amounts.pods} pods one by one, ${amounts.parallel} at once in ${amounts.rounds} rounds, bridge and portmap by CNI, busybox

Every side does the same work in the same run, in turns; the machine's absolute figures move by a factor of two, the ratios hold.
A shim takes up every pod of its engine, so each has a dockerd of its own, of one version. The docker floor is bare API calls and
the network's plugins, on cri-ferry's dockerd, with no state and no checks.
A cell is the median · 95th · 99th percentile (the median alone where there are fewer than five samples), and in brackets how many
times cri-ferry's median that is. CPU is of the daemon, its engine, their children and the pods, by a cgroup; the bench is not in it.

${[head, rule, ...body].join("\n")}
`;
}

function tableRows(results: Results, show: (summary: Summary) => string): string[][] {
  const sides = Object.keys(results);
  const [first = ""] = sides;
  const names = [...new Set(sides.flatMap((side) => Object.keys(results[side] ?? {})))];
  const rows = names.map((name) => {
    const base = results[first]?.[name]?.p50;
    return [name, ...sides.map((side) => cell(results[side]?.[name], side === first ? 0 : base))];
  });
  return [["", ...sides], ...rows];

  function cell(summary: Summary | undefined, base: number | undefined): string {
    if (summary === undefined) return "–";
    const ratio = base === undefined || base === 0 ? "" : ` (${number(summary.p50 / base)}×)`;
    return show(summary) + ratio;
  }
}

function number(value: number): string {
  return value.toFixed(value < 10 ? 2 : 0);
}
