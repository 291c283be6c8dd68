/** Returns rows under headings, in columns two blanks apart; the last column is not padded. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = rows.reduce<readonly number[]>(
    (most, row) => row.map((cell, column) => Math.max(cell.length, most[column] ?? 0)),
    [],
  );
  return rows.map((row) => `${line(row, widths)}\n`).join("");
}

function line(row: readonly string[], widths: readonly number[]): string {
  return row
    .map((cell, column) => cell.padEnd(widths[column] ?? 0))
    .join("  ")
    .trimEnd();
}

/** An id as people read it; 12 digits tell containers apart. */
export function shortId(id: string): string {
  return id.replace(/^sha256:/, "").slice(0, 12);
}

/** A duration in its largest unit, as `5m`. */
export function duration(nanos: bigint): string {
  const seconds = Number(nanos / 1_000_000_000n);
  if (seconds < 120) return `${Math.max(seconds, 0)}s`;
  if (seconds < 7200) return `${Math.floor(seconds / 60)}m`;
  return seconds < 172_800 ? `${Math.floor(seconds / 3600)}h` : `${Math.floor(seconds / 86_400)}d`;
}

/** Bytes in the largest binary unit that leaves a number above one, with one decimal. */
export function size(bytes: bigint): string {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  const power = Math.min(
    units.length - 1,
    Math.max(0, Math.floor((bytes.toString(2).length - 1) / 10)),
  );
  const value = Number(bytes) / 2 ** (10 * power);
  return power === 0 ? `${bytes} B` : `${value.toFixed(1)} ${units[power]}`;
}
