import type { PsiData, PsiStats } from "../model/stats.ts";
import type { KernelFiles } from "./kernel-files.ts";

const line = /^(some|full) avg10=([\d.]+) avg60=([\d.]+) avg300=([\d.]+) total=(\d+)$/;
const none: PsiData = { totalMicros: 0n, avg10: 0, avg60: 0, avg300: 0 };

/** Reads a pressure file (Documentation/accounting/psi.rst); undefined when it is none. A kernel before 5.13 has no `full` line for cpu. */
export function parsePressure(text: string): PsiStats | undefined {
  const found = new Map<string, PsiData>();
  for (const row of text.split("\n")) {
    const [, kind, avg10, avg60, avg300, total] = line.exec(row) ?? [];
    if (kind === undefined || total === undefined) continue;
    found.set(kind, {
      totalMicros: BigInt(total),
      avg10: Number(avg10),
      avg60: Number(avg60),
      avg300: Number(avg300),
    });
  }
  const some = found.get("some");
  return some === undefined ? undefined : { some, full: found.get("full") ?? none };
}

/** Returns the pressure on one resource of a v2 cgroup; undefined when there is no such folder or file. */
export function readPressure(
  files: KernelFiles,
  unified: string | undefined,
  resource: "cpu" | "memory" | "io",
): PsiStats | undefined {
  if (unified === undefined) return undefined;
  const text = files.text(unified, `${resource}.pressure`);
  return text === undefined ? undefined : parsePressure(text);
}
