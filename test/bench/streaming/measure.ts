import type { Transport } from "../../interop/go-client.ts";
import { type Summary, summarize } from "../figures.ts";
import { processCpuMillis } from "../usage.ts";
import { MemoryWatch } from "./memory-watch.ts";
import { nameOf, perform, type Subject, type Work } from "./work.ts";

export interface NamedSubject extends Subject {
  readonly name: string;
  /** What it speaks as client-go does today; all when undefined. */
  readonly transports?: readonly Transport[];
}

/** What one work came to on one subject. */
export interface Outcome {
  readonly mebibytesPerSecond: Summary;
  /** Of the server's process, on the average of the rounds. */
  readonly cpuSeconds: number;
  /** The most while it did this work, PSS. */
  readonly peakMebibytes: number;
}

/** A work and its outcomes by the subjects' names. */
export interface Row {
  readonly name: string;
  readonly outcomes: Readonly<Record<string, Outcome>>;
}

interface Plan {
  readonly works: readonly Work[];
  readonly subjects: readonly NamedSubject[];
  readonly rounds: number;
  /** Only works with this in their names. */
  readonly only: string;
}

/** Does every work on every subject in turns, once unmeasured and then in rounds. */
export async function measure({ works, subjects, rounds, only }: Plan): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const work of works.filter((one) => nameOf(one).includes(only))) {
    const tallies = subjects
      .filter(({ transports }) => transports?.includes(work.transport) ?? true)
      .map((subject) => new Tally(subject, work));
    for (const { subject } of tallies) await perform(work, subject);
    for (let round = 0; round < rounds; round += 1) {
      // Nobody always comes after the same one.
      const order = round % 2 === 0 ? tallies : tallies.toReversed();
      for (const tally of order) await tally.add();
    }
    const outcomes = tallies.map(({ subject, outcome }) => [subject.name, outcome] as const);
    rows.push({ name: nameOf(work), outcomes: Object.fromEntries(outcomes) });
  }
  return rows;
}

class Tally {
  readonly subject: NamedSubject;
  readonly #work: Work;
  readonly #rates: number[] = [];
  #cpuMillis = 0;
  #peak = 0;

  constructor(subject: NamedSubject, work: Work) {
    this.subject = subject;
    this.#work = work;
  }

  async add(): Promise<void> {
    const { pid } = this.subject;
    const watch = new MemoryWatch(pid);
    const before = processCpuMillis(pid).own;
    const millis = await perform(this.#work, this.subject);
    this.#cpuMillis += processCpuMillis(pid).own - before;
    this.#peak = Math.max(this.#peak, watch.stop());
    this.#rates.push(this.#work.bytes / 2 ** 20 / (millis / 1000));
  }

  get outcome(): Outcome {
    return {
      mebibytesPerSecond: summarize(this.#rates),
      cpuSeconds: this.#cpuMillis / 1000 / this.#rates.length,
      peakMebibytes: this.#peak,
    };
  }
}
