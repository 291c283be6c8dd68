import { type Logger, pino } from "pino";
import type { Log, LogFields } from "./model/ports.ts";

export interface LogOptions {
  readonly level: "debug" | "info" | "warn" | "error";
  readonly format: "json" | "pretty";
}

/** Returns the daemon's log, on stderr: one JSON object a line, or text for eyes. Lines are written at once, so that none is lost in a crash. */
export function createLog({ level, format }: LogOptions): Log {
  const destination =
    format === "pretty" ? { write: writePretty } : pino.destination({ fd: 2, sync: true });
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

function writePretty(line: string): void {
  const { time, level, msg, ...fields } = JSON.parse(line) as Readonly<Record<string, unknown>>;
  const rest = Object.entries(fields).map(
    ([key, value]) => `${key}=${typeof value === "string" ? value : JSON.stringify(value)}`,
  );
  process.stderr.write(`${[time, levelNames[Number(level)], msg, ...rest].join(" ")}\n`);
}
