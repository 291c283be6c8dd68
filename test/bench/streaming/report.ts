import type { circumstances } from "../report.ts";
import type { Outcome, Row } from "./measure.ts";

export interface StreamingReport {
  readonly around: ReturnType<typeof circumstances> & { readonly go: string };
  readonly amounts: {
    readonly mebibytes: number;
    readonly rounds: number;
    readonly engineRounds: number;
    readonly sessions: number;
  };
  readonly memory: readonly Row[];
  /** The most memory of the server, PSS MiB, by contender. */
  readonly crowds: readonly CrowdRow[];
  readonly engines: readonly Row[];
}

interface CrowdRow {
  readonly name: string;
  readonly mebibytes: Readonly<Record<string, number>>;
}

/** Work → the least share of the Go server's rate. */
const marks: Readonly<Record<string, number>> = { up: 0.55, down: 0.75 };
const mostCrowdMebibytes = 150;

/** What is below its mark, in words. */
export function missed({ memory, crowds }: StreamingReport): readonly string[] {
  const slow = memory.flatMap((row) => {
    const mark = marks[row.name.split(",")[0] ?? ""];
    const share = shareOf(row, "cri-ferry");
    return mark === undefined || share >= mark ? [] : [`${row.name}: ${two(share)} × of ${mark} ×`];
  });
  const large = crowds.flatMap(({ name, mebibytes }) => {
    const most = mebibytes["cri-ferry"] ?? 0;
    const isFine = most <= mostCrowdMebibytes;
    return isFine ? [] : [`${name}: ${whole(most)} of ${mostCrowdMebibytes} MiB`];
  });
  return [...slow, ...large];
}

/** All tables for a terminal. */
export function textTables(report: StreamingReport): string {
  return tables(report).map(textTable).join("\n\n");
}

/** The page docs/streaming-performance.md. */
export function markdown(report: StreamingReport): string {
  const { around, amounts } = report;
  const [memory = [], crowds = [], engines = []] = tables(report);
  return `# Performance of streams

Written by \`npm run bench:streaming -- --markdown FILE\` from what it measured; run it again rather than edit this page.

- ${around.date} UTC, ${around.cpus} × ${around.model}, ${around.memoryGibibytes} GiB, Linux ${around.kernel}, load average before the run ${around.loadAverage}
- Node ${around.node}; ${around.go}; ${Object.values(around.versions).join("; ")}
- ${amounts.mebibytes} MiB each, one round unmeasured and ${amounts.rounds} in turns; the client is client-go in a process of its own

## Beside Kubernetes' server

The streaming server of Kubernetes (\`k8s.io/cri-streaming\`, what containerd and CRI-O use; for WebSocket's fifth protocol and the
tunnel, \`k8s.io/streaming\` and client-go's own), and ours with the daemon's limits. Behind both is the same memory in pieces of
32 KiB, and each is alone in its process. MiB/s is the median, in brackets how many times the Go server's that is; CPU is the server's for one run; memory is its peak, PSS.
The marks: up at least ${marks["up"]} ×, down at least ${marks["down"]} ×.

${markdownTable(memory)}

## Many sessions at once

The server's peak memory, PSS MiB; half of the sessions over SPDY, half over WebSocket. The mark: ${mostCrowdMebibytes} MiB.

${markdownTable(crowds)}

## Through engines

The same, ${amounts.engineRounds} rounds of it, through a container of busybox and a port of its pod. CPU and memory are those of the daemon behind the CRI socket, not of
the engine's other processes.

${markdownTable(engines)}
`;
}

type Table = readonly (readonly string[])[];

function tables({ memory, crowds, engines }: StreamingReport): readonly Table[] {
  return [rateTable(memory), crowdTable(crowds), rateTable(engines)];
}

function rateTable(rows: readonly Row[]): Table {
  const names = Object.keys(rows[0]?.outcomes ?? {});
  const head = names.flatMap((name) => [`${name}, MiB/s`, "CPU s", "MiB"]);
  return [
    ["", ...head],
    ...rows.map((row) => [row.name, ...names.flatMap((name) => cells(row, name, names))]),
  ];
}

function cells(row: Row, name: string, names: readonly string[]): readonly string[] {
  const outcome = row.outcomes[name];
  if (outcome === undefined) return ["–", "–", "–"];
  const share = name === names[0] ? "" : ` (${two(shareOf(row, name))}×)`;
  return [
    whole(outcome.mebibytesPerSecond.p50) + share,
    two(outcome.cpuSeconds),
    whole(outcome.peakMebibytes),
  ];
}

/** Of the first contender's rate. */
function shareOf({ outcomes }: Row, name: string): number {
  const [first] = Object.values(outcomes);
  return rate(outcomes[name]) / rate(first);
}

function rate(outcome: Outcome | undefined): number {
  return outcome?.mebibytesPerSecond.p50 ?? Number.NaN;
}

function crowdTable(rows: readonly CrowdRow[]): Table {
  const names = Object.keys(rows[0]?.mebibytes ?? {});
  return [
    ["", ...names],
    ...rows.map(({ name, mebibytes }) => [
      name,
      ...names.map((contender) => whole(mebibytes[contender] ?? Number.NaN)),
    ]),
  ];
}

function textTable(rows: Table): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  const pad = (text: string, column: number): string =>
    column === 0 ? text.padEnd(widths[0] ?? 0) : text.padStart(widths[column] ?? 0);
  return rows.map((row) => row.map(pad).join("  ")).join("\n");
}

function markdownTable(rows: Table): string {
  const [head = [], ...body] = rows.map((row) => `| ${row.join(" | ")} |`);
  const rule = `|---|${"---:|".repeat((rows[0]?.length ?? 1) - 1)}`;
  return [head, rule, ...body].join("\n");
}

function whole(value: number): string {
  return value.toFixed(value < 10 ? 1 : 0);
}

function two(value: number): string {
  return value.toFixed(2);
}
