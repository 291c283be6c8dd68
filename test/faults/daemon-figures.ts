import { readdirSync, readFileSync } from "node:fs";

/** What a process holds at one moment. */
export interface ProcessFigures {
  readonly descriptors: number;
  readonly residentBytes: number;
  /** The most that it was ever resident with. */
  readonly peakBytes: number;
}

/** Reads the figures of a process from /proc. */
export function figuresOf(pid: number): ProcessFigures {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  const bytes = (field: string) =>
    Number(new RegExp(`^${field}:\\s+(\\d+) kB$`, "m").exec(status)?.[1] ?? 0) * 1024;
  return {
    descriptors: readdirSync(`/proc/${pid}/fd`).length,
    residentBytes: bytes("VmRSS"),
    peakBytes: bytes("VmHWM"),
  };
}

/** Where the daemon of a test serves its metrics; each test has a network namespace of its own. */
export const metricsAddress = "127.0.0.1:9419";

/** Sums a metric's series whose labels hold `label`; 0 when there is none. */
export async function metric(name: string, label = ""): Promise<number> {
  const text = await (await fetch(`http://${metricsAddress}/metrics`)).text();
  return text
    .split("\n")
    .filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `))
    .filter((line) => line.includes(label))
    .reduce((sum, line) => sum + Number(line.split(" ").at(-1)), 0);
}
