import assert from "node:assert/strict";
import { test } from "node:test";
import { signalNumber, stopSignalName } from "./stop-signal.ts";

test("every form that an image may have becomes one", () => {
  const table = [
    [undefined, "SIGTERM"],
    ["", "SIGTERM"],
    ["SIGQUIT", "SIGQUIT"],
    ["quit", "SIGQUIT"],
    ["15", "SIGTERM"],
    ["9", "SIGKILL"],
    ["31", "SIGSYS"],
    ["34", "SIGRTMIN"],
    ["37", "SIGRTMIN+3"],
    ["64", "SIGRTMIN+30"],
    ["SIGRTMIN+3", "SIGRTMIN+3"],
    ["33", "SIGTERM"],
    ["0", "SIGTERM"],
  ] as const;
  for (const [text, expected] of table) assert.equal(stopSignalName(text), expected);
});

test("signals have the numbers of signal(7)", () => {
  const table = [
    ["SIGTERM", 15],
    ["SIGKILL", 9],
    ["SIGUSR1", 10],
    ["SIGRTMIN", 34],
    ["SIGRTMIN+3", 37],
    ["SIGRTMAX-1", 63],
    ["SIGRTMAX+9", 15],
    ["SIGNONE", 15],
  ] as const;
  for (const [name, number] of table) assert.equal(signalNumber(name), number, name);
});
