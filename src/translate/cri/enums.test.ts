import assert from "node:assert/strict";
import { test } from "node:test";
import { refusalOf } from "../../../test/refusal.ts";
import { CriError } from "../../model/error.ts";
import {
  cgroupDrivers,
  containerStates,
  decodeEnum,
  encodeEnum,
  groupsPolicies,
  namespaceModes,
  propagations,
  protocols,
  sandboxStates,
} from "./enums.ts";

test("every word comes back from its translation", () => {
  const tables: readonly Readonly<Record<string, string>>[] = [
    cgroupDrivers,
    containerStates,
    groupsPolicies,
    namespaceModes,
    propagations,
    protocols,
    sandboxStates,
  ];
  for (const table of tables) {
    for (const wire of Object.keys(table)) {
      assert.equal(encodeEnum(decodeEnum(wire, "f", table), table), wire);
    }
  }
});

test("words and numbers that are not of the enum are refused with those that are", () => {
  const words: readonly unknown[] = [3, "ICMP", "constructor", "toString"];
  for (const word of words) {
    assert.equal(
      refusalOf(() => decodeEnum(word as "TCP", "protocol", protocols)),
      `protocol: ${String(word)} is not known: must be one of TCP, UDP, SCTP`,
    );
  }
});

test("a word that the wire lacks is our own mistake", () => {
  assert.throws(
    () => encodeEnum("ICMP" as "TCP", protocols),
    (error) => error instanceof CriError && error.kind === "Internal",
  );
});
