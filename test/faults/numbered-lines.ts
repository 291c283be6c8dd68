import { readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";

const shortText = "the quick brown fox jumps over the lazy dog";
/** Of three records of docker's, the last of which is short. */
const longText = "0123456789".repeat(4_000);
const longEvery = 1_000;
const longAt = 500;

/**
 * A script that writes the lines 1, 2, 3 … as fast as it can, until there is a file /in/stop; then it writes into /in/count how
 * many there were. Some are longer than a record of docker's, the last is not.
 */
export const writeNumbered = `
n=0
until [ -e /in/stop ]; do
  awk -v n=$n 'BEGIN {
    for (i = 0; i < 4000; i++) long = long "0123456789"
    for (i = n + 1; i <= n + 50000; i++) print i, (i % ${longEvery} == ${longAt} ? long : "${shortText}")
  }'
  n=$((n + 50000))
done
echo $n > /in/count
`;

/** The line of that number as it was written. */
function numbered(number: number): string {
  return `${number} ${number % longEvery === longAt ? longText : shortText}`;
}

/** The files of a log, oldest first: those that a rotation has renamed to `0.log.00001` and so on, then the current one. */
export function logFiles(logPath: string): readonly string[] {
  const name = basename(logPath);
  const rotated = readdirSync(dirname(logPath)).filter((file) => file.startsWith(`${name}.`));
  return [...rotated.toSorted(), name].map((file) => join(dirname(logPath), file));
}

/** Returns what is wrong with the files of a log that should hold the lines 1 … count, each whole and once; empty: nothing. */
export function wrongLines(files: readonly string[], count: number): readonly string[] {
  const wrong: string[] = [];
  let number = 0;
  let begun = "";
  for (const file of files) {
    const text = readFileSync(file, "latin1");
    if (text !== "" && !text.endsWith("\n")) wrong.push(`${file}: its last line has no end`);
    for (let at = 0; at < text.length && wrong.length < 10; ) {
      const end = text.indexOf("\n", at);
      const stream = text.indexOf(" stdout ", at) + " stdout ".length;
      begun += text.slice(stream + 2, end);
      if (text[stream] === "F") {
        number += 1;
        if (begun !== numbered(number)) {
          wrong.push(
            `${file}: line ${number} is ${begun.slice(0, 60)} (${begun.length} characters)`,
          );
          number = Number.parseInt(begun, 10);
        }
        begun = "";
      }
      at = end + 1;
    }
    if (begun !== "") wrong.push(`${file}: a line goes on in the next file`);
  }
  if (number !== count) wrong.push(`the last line is ${number}, not ${count}`);
  return wrong;
}
