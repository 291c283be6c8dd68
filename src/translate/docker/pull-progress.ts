/** One line of what docker tells of a pull. */
export interface PullRecord {
  /** A layer's short id, or the tag. */
  readonly id?: string;
  readonly status?: string;
  readonly progressDetail?: { readonly current?: number; readonly total?: number } | null;
  readonly error?: string;
  readonly errorDetail?: { readonly message?: string } | null;
}

type Phase = "download" | "downloaded" | "extract" | "done";

interface Layer {
  readonly phase: Phase;
  /** Of the current phase. */
  readonly bytes: number;
  readonly downloadedBytes: number;
}

/** The words of dockerd's distribution code, the same from 20.10 to 29. */
const phases: Readonly<Record<string, Phase>> = {
  "Pulling fs layer": "download",
  Waiting: "download",
  Downloading: "download",
  "Verifying Checksum": "downloaded",
  "Download complete": "downloaded",
  Extracting: "extract",
  "Pull complete": "done",
  "Already exists": "done",
};

/** Less than this in the whole time that a pull may stand still is no progress: a registry that drips bytes is stuck. */
const leastBytes = 64 << 10;

/**
 * Follows a pull. A layer goes
 * ```
 * download ─▶ downloaded ─▶ extract ─▶ done
 * ```
 * and several do so at once. Docker tells bytes at every hundredth of a layer, or every 512 KiB.
 */
export class PullProgress {
  readonly #layers = new Map<string, Layer>();
  #unaccounted = 0;

  /** Takes the next record and returns whether the pull has come further. */
  note(record: PullRecord): boolean {
    const phase = phases[record.status ?? ""];
    if (record.id === undefined || phase === undefined) return false;
    const layer = this.#layers.get(record.id);
    const bytes = phase === "download" ? (record.progressDetail?.current ?? 0) : 0;
    this.#layers.set(record.id, {
      phase,
      bytes,
      downloadedBytes: downloaded(layer, record, phase),
    });
    if (layer?.phase !== phase) return true;
    if (phase !== "download") return true;
    this.#unaccounted += Math.max(0, bytes - layer.bytes);
    if (this.#unaccounted < leastBytes) return false;
    this.#unaccounted = 0;
    return true;
  }

  /** Bytes of layers that came from the registry so far; a download that begins anew takes nothing back. */
  get downloadedBytes(): number {
    let sum = 0;
    for (const layer of this.#layers.values()) sum += layer.downloadedBytes;
    return sum;
  }

  /** Whether the registry is what the pull waits for: nothing is being extracted, and something is still to come. */
  get waitsForRegistry(): boolean {
    const all = [...this.#layers.values()].map(({ phase }) => phase);
    if (all.includes("extract")) return false;
    return all.length === 0 || all.includes("download");
  }
}

/** Docker does not tell the last bytes of a layer; once it is extracted it tells the whole size. */
function downloaded(layer: Layer | undefined, record: PullRecord, phase: Phase): number {
  const known = layer?.downloadedBytes ?? 0;
  const { current = 0, total = 0 } = record.progressDetail ?? {};
  if (phase === "download") return Math.max(known, current);
  return phase === "extract" ? Math.max(known, total) : known;
}

/** Returns docker's words when a record tells that the pull failed. */
export function pullFailure(record: PullRecord): string | undefined {
  return record.errorDetail?.message ?? record.error;
}
