import assert from "node:assert/strict";
import { test } from "node:test";
import { refusalOf } from "../../../test/refusal.ts";
import { throughTheWire } from "../../../test/wire.ts";
import { Signal } from "../../gen/runtime/v1/Signal.ts";
import { decodeSignal, encodeSignal } from "./signals.ts";

test("every signal of the protocol comes back from its name", () => {
  for (const wire of Object.values(Signal)) {
    assert.equal(encodeSignal(decodeSignal(wire, "stop_signal")), wire);
  }
});

test("signals are named as Linux names them", () => {
  const names = (
    [
      "SIGNAL_RUNTIME_DEFAULT",
      "SIGNAL_SIGTERM",
      "SIGNAL_SIGRTMIN",
      "SIGNAL_SIGRTMINPLUS3",
      "SIGNAL_SIGRTMAXMINUS14",
      "SIGNAL_SIGRTMAX",
    ] as const
  ).map((wire) => decodeSignal(wire, "stop_signal"));
  assert.deepEqual(names, [
    undefined,
    "SIGTERM",
    "SIGRTMIN",
    "SIGRTMIN+3",
    "SIGRTMAX-14",
    "SIGRTMAX",
  ]);
});

test("the spellings of images and engines are understood", () => {
  const spellings: Readonly<Record<string, string>> = {
    TERM: "SIGNAL_SIGTERM",
    sigint: "SIGNAL_SIGINT",
    "9": "SIGNAL_SIGKILL",
    "31": "SIGNAL_SIGSYS",
    "34": "SIGNAL_SIGRTMIN",
    "37": "SIGNAL_SIGRTMINPLUS3",
    "49": "SIGNAL_SIGRTMINPLUS15",
    "50": "SIGNAL_SIGRTMAXMINUS14",
    "64": "SIGNAL_SIGRTMAX",
    "RTMIN+16": "SIGNAL_SIGRTMAXMINUS14",
    SIGCLD: "SIGNAL_SIGCLD",
  };
  const encoded = Object.keys(spellings).map((text) => [text, encodeSignal(text)]);
  assert.deepEqual(Object.fromEntries(encoded), spellings);
});

test("what the protocol cannot say becomes the default", () => {
  const odd = [undefined, "", "0", "32", "65", "SIGNOPE", "SIGRTMIN-1", "SIGRTMAX+1"];
  assert.deepEqual(new Set(odd.map(encodeSignal)), new Set(["SIGNAL_RUNTIME_DEFAULT"]));
});

test("a number that is no signal of the protocol is refused", () => {
  const { stopSignal } = throughTheWire("ContainerConfig", { stopSignal: 66 as 65 });
  assert.equal(
    refusalOf(() => decodeSignal(stopSignal, "config.stop_signal")),
    "config.stop_signal: 66 is not a signal of the CRI",
  );
});
