import { type Logger, pino } from "pino";
import type { Log, LogFields } from "./model/ports.ts";

export interface LogOptions {
  readonly level: "debug" | "info" | "warn" | "error";
  readonly format: "json" | "pretty";
}

/** What waits for a disk that is full; further lines are dropped. */
const maxWaitingBytes = 1 << 20;

/**
 * Returns the daemon's log, on stderr: one JSON object a line, or text for eyes. Lines are written at once, so that none is lost
 * in a crash. Never throws: a full disk or a reader that has gone costs lines, not the node's endpoint.
 */
export function createLog({ level, format }: LogOptions): Log {
  const stderr = pino.destination({ fd: 2, sync: true, maxLength: maxWaitingBytes });
  stderr.on("error", () => undefined);
  const destination =
    format === "pretty" ? { write: (line: string) => stderr.write(prettyOf(line)) } : stderr;
  return wrap(pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, destination));
}

function wrap(logger: Logger): Log {
  return {
    debug: (message, fields) => logger.debug(printable(fields), message),
    info: (message, fields) => logger.info(printable(fields), message),
    warn: (message, fields) => logger.warn(printable(fields), message),
    error: (message, fields) => logger.error(printable(fields), message),
    child: (fields) => wrap(logger.child(printable(fields))),
  };
}

/** JSON has no bigint; text keeps every digit. */
function printable(fields: LogFields = {}): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([key, value]) => [
      key,
      typeof value === "bigint" ? value.toString() : value,
    ]),
  );
}

const levelNames: Readonly<Record<number, string>> = {
  20: "DEBUG",
  30: "INFO ",
  40: "WARN ",
  50: "ERROR",
};

function prettyOf(line: string): string {
  const { time, level, msg, ...fields } = JSON.parse(line) as Readonly<Record<string, unknown>>;
  const rest = Object.entries(fields).map(
    ([key, value]) => `${key}=${typeof value === "string" ? value : JSON.stringify(value)}`,
  );
  return `${[time, levelNames[Number(level)], msg, ...rest].join(" ")}\n`;
}
