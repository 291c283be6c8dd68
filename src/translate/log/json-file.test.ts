import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { JsonFileTranslator, type Translation } from "./json-file.ts";

const time = "2016-10-06T00:17:09.669794202Z";

function translate(input: string | Buffer): Translation & { readonly text: string } {
  const bytes = typeof input === "string" ? Buffer.from(input) : input;
  const translation = new JsonFileTranslator(16).translate(bytes, { open: 0, untilWhole: false });
  return { ...translation, text: translation.output.toString() };
}

/** A line as docker's own writer makes it: it escapes more than JSON asks for. */
function dockerLine(log: string, stream = "stdout", at = time): string {
  const escaped = JSON.stringify(log.toWellFormed())
    .replace(
      /[<>&\u2028\u2029\t\b\f]/g,
      (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`,
    )
    .replace(
      /\\([tbf])/g,
      (_, c: string) => ({ t: "\\u0009", b: "\\u0008", f: "\\u000c" })[c] ?? "",
    );
  return `{"log":${escaped},"stream":"${stream}","time":"${at}"}\n`;
}

test("records with a newline are full lines, those without are partial ones", () => {
  const { text, open, slowLines, lines } = translate(
    dockerLine("one\n") +
      dockerLine("tw", "stderr") +
      dockerLine("o\n", "stderr") +
      dockerLine("end"),
  );
  assert.equal(
    text,
    `${time} stdout F one\n${time} stderr P tw\n${time} stderr F o\n${time} stdout P end\n`,
  );
  assert.deepEqual({ open, slowLines, lines }, { open: 1, slowLines: 0, lines: 4 });
});

test("every escape of docker's writer is resolved on the fast path", () => {
  const log = 'tab\tquote"back\\slash<&>\u2028\u2029 \u0000\u0001\u007f é 漢 😀 \ufffd\r\n';
  const { text, slowLines } = translate(dockerLine(log));
  assert.equal(text, `${time} stdout F ${log}`);
  assert.equal(slowLines, 0);
});

test("escaped surrogate pairs join and lone halves become replacement characters", () => {
  const line = dockerLine("@\n").replace("@", "\\ud83d\\ude00 \\ud83d \\ude00 \\ud83d\\u0041");
  const { text, slowLines } = translate(line);
  assert.equal(text, `${time} stdout F 😀 \ufffd \ufffd \ufffdA\n`);
  assert.equal(slowLines, 0);
});

test("an empty line is a full line and an empty record is none", () => {
  const { text, lines } = translate(
    `${dockerLine("\n")}${dockerLine("")}{"stream":"stdout","time":"${time}"}\n`,
  );
  assert.equal(text, `${time} stdout F \n`);
  assert.equal(lines, 3);
});

test("shorter times move the text and times without a fraction are taken", () => {
  const times = [
    "2016-10-06T00:17:09Z",
    time,
    "2016-10-06T00:17:09.6Z",
    "2016-10-06T00:17:09.66979Z",
  ];
  const { text, slowLines } = translate(
    times.map((at) => dockerLine("x\n", "stdout", at)).join(""),
  );
  assert.equal(text, times.map((at) => `${at} stdout F x\n`).join(""));
  assert.equal(slowLines, 0);
});

test("attributes, other key orders, other time zones and newlines inside take the slow path", () => {
  const lines = [
    `{"log":"a\\n","stream":"stdout","attrs":{"tag":"x"},"time":"${time}"}\n`,
    `{"time":"${time}", "stream":"stderr", "log":"b\\n"}\r\n`,
    `{"log":"c\\n","stream":"stdout","time":"2016-10-06T00:17:09+02:00"}\n`,
    `{"log":"d\\ne","stream":"stdout","time":"${time}"}\n`,
  ];
  const { text, slowLines, open } = translate(lines.join(""));
  assert.equal(
    text,
    `${time} stdout F a\n${time} stderr F b\n2016-10-06T00:17:09+02:00 stdout F c\n` +
      `${time} stdout F d\n${time} stdout P e\n`,
  );
  assert.deepEqual({ slowLines, open }, { slowLines: 4, open: 1 });
});

test("bytes that are no UTF-8 become replacement characters", () => {
  const line = Buffer.from(dockerLine("a@b\n"));
  line[line.indexOf("@")] = 0xff;
  assert.equal(translate(line).text, `${time} stdout F a\ufffdb\n`);
});

test("a damaged line costs itself and nothing after it", () => {
  const damages = [
    "garbage\n",
    "\n",
    "\0\0\0\0\n",
    '{"log":"x","stream":"stdout"}\n',
    `{"log":"x\\n","stream":"stdin","time":"${time}"}\n`,
    `{"log":"x\\n","stream":"stdout","time":"yesterday"}\n`,
    '{"log":"x\\q","stream":"stdout"}\n',
    "null\n",
    dockerLine("torn").slice(0, 12) + "\n",
  ];
  for (const damage of damages) {
    const { text, damaged, consumed } = translate(dockerLine("a\n") + damage + dockerLine("b\n"));
    assert.equal(text, `${time} stdout F a\n${time} stdout F b\n`, damage);
    assert.equal(damaged, 1, damage);
    assert.equal(consumed, dockerLine("a\n").length * 2 + damage.length);
  }
});

test("a record behind a torn one or behind NULs on the same line is found", () => {
  for (const torn of [dockerLine("torn\n").slice(0, 30), "\0".repeat(4096), '{"log":"', '{"lo']) {
    const { text, damaged } = translate(torn + dockerLine("b\n") + dockerLine("c\n"));
    assert.equal(text, `${time} stdout F b\n${time} stdout F c\n`, torn.slice(0, 20));
    assert.equal(damaged, 1);
  }
});

test("a torn last line waits for its end", () => {
  const whole = dockerLine("a\n");
  for (let cut = 1; cut < whole.length; cut += 1) {
    const { consumed, damaged } = translate(whole + whole.slice(0, cut));
    assert.deepEqual({ consumed, damaged }, { consumed: whole.length, damaged: 0 });
  }
});

test("it can stop where no line is open", () => {
  const lines = [
    dockerLine("p"),
    dockerLine("q", "stderr"),
    dockerLine("P\n"),
    dockerLine("Q\n", "stderr"),
  ];
  const bytes = Buffer.from(lines.join("") + dockerLine("next\n"));
  const { consumed, open } = new JsonFileTranslator().translate(bytes, {
    open: 0,
    untilWhole: true,
  });
  assert.deepEqual({ consumed, open }, { consumed: lines.join("").length, open: 0 });
});

const logText = fc.oneof(
  fc.string({ unit: "binary", maxLength: 60 }),
  fc.string({
    unit: fc.constantFrom("a", "\n", "\r", "\\", '"', "\0", "é", "\u2028", "\ud83d", "<"),
  }),
);
const record = fc.record({
  log: fc.oneof(
    logText,
    logText.map((log) => `${log}\n`),
  ),
  stream: fc.constantFrom("stdout", "stderr"),
  at: fc.constantFrom(time, "2016-10-06T00:17:09Z", "2016-10-06T00:17:09.5Z"),
});
const fileOf = (records: readonly { log: string; stream: string; at: string }[]) =>
  Buffer.from(records.map(({ log, stream, at }) => dockerLine(log, stream, at)).join(""));

/** Joins the contents of a CRI file again, as the kubelet does. */
function contents(cri: string): string {
  const lines = cri.split("\n").slice(0, -1);
  return lines
    .map((line) => /^\S+ std(?:out|err) ([PF]) ([^]*)$/.exec(line))
    .map((match) => (match?.[2] ?? "?") + (match?.[1] === "F" ? "\n" : ""))
    .join("");
}

test("what containers wrote can be read back from the CRI lines", () => {
  fc.assert(
    fc.property(fc.array(record), (records) => {
      const { text, damaged } = translate(fileOf(records));
      assert.equal(contents(text), records.map(({ log }) => log.toWellFormed()).join(""));
      assert.equal(damaged, 0);
    }),
  );
});

test("any cutting of the file gives the same bytes", () => {
  const garbage = fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes));
  const piece = fc.oneof(
    record.map((one) => fileOf([one])),
    garbage,
  );
  fc.assert(
    fc.property(fc.array(piece), fc.array(fc.nat(200)), (pieces, cuts) => {
      const file = Buffer.concat(pieces);
      const whole = translate(file);
      const translator = new JsonFileTranslator(16);
      const outputs: Buffer[] = [];
      let [at, open, end] = [0, 0, 0];
      for (const cut of [...cuts, file.length]) {
        end = Math.min(file.length, end + cut);
        const part = translator.translate(file.subarray(at, end), { open, untilWhole: false });
        outputs.push(Buffer.from(part.output));
        at += part.consumed;
        open = part.open;
      }
      assert.equal(at, whole.consumed);
      assert.equal(open, whole.open);
      assert.deepEqual(Buffer.concat(outputs), Buffer.from(whole.output));
    }),
  );
});

test("the fast path gives what the slow path gives, whatever the line", () => {
  // A space before the last brace means nothing to JSON and sends a line down the slow path.
  const edits = fc.array(fc.tuple(fc.nat(150), fc.nat(255)), { maxLength: 2 });
  fc.assert(
    fc.property(record, edits, (one, changes) => {
      const line = fileOf([one]);
      for (const [at, byte] of changes) line[at % (line.length - 2)] = byte === 10 ? 32 : byte;
      const slow = Buffer.concat([line.subarray(0, -2), Buffer.from(" }\n")]);
      const [a, b] = [translate(line), translate(slow)];
      assert.equal(a.text, b.text);
      assert.deepEqual([a.lines, a.damaged, a.open], [b.lines, b.damaged, b.open]);
      assert.equal(b.slowLines, b.lines);
    }),
    { numRuns: 2000 },
  );
});

test("a file as docker writes it takes the fast path alone", () => {
  fc.assert(
    fc.property(fc.array(record), (records) => {
      const whole = records.filter(({ log }) => !log.slice(0, -1).includes("\n"));
      assert.equal(translate(fileOf(whole)).slowLines, 0);
    }),
  );
});
