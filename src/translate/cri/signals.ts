import type { SignalOutput } from "../../gen/runtime/v1/Signal.ts";
import { refuse } from "./refuse.ts";

/** Linux' signals of x86-64 and arm64 (asm-generic/signal.h); the first one's number is 1. */
const numbered = [
  ["SIGHUP", "SIGINT", "SIGQUIT", "SIGILL", "SIGTRAP", "SIGABRT", "SIGBUS", "SIGFPE"],
  ["SIGKILL", "SIGUSR1", "SIGSEGV", "SIGUSR2", "SIGPIPE", "SIGALRM", "SIGTERM", "SIGSTKFLT"],
  ["SIGCHLD", "SIGCONT", "SIGSTOP", "SIGTSTP", "SIGTTIN", "SIGTTOU", "SIGURG", "SIGXCPU"],
  ["SIGXFSZ", "SIGVTALRM", "SIGPROF", "SIGWINCH", "SIGIO", "SIGPWR", "SIGSYS"],
].flat();
const synonyms = ["SIGCLD", "SIGIOT", "SIGPOLL"];
/** As glibc numbers them; the two below belong to its threads. */
const firstRealTime = 34;
const lastRealTime = 64;

/** Translates a stop signal to its name, `SIGTERM` or `SIGRTMIN+3`; undefined: the image's choice. Throws CriError InvalidArgument. */
export function decodeSignal(wire: SignalOutput, path: string): string | undefined {
  if (typeof wire !== "string") return refuse(path, `${String(wire)} is not a signal of the CRI`);
  if (wire === "SIGNAL_RUNTIME_DEFAULT") return undefined;
  return wire.replace("SIGNAL_", "").replace("PLUS", "+").replace("MINUS", "-");
}

/**
 * Translates a signal as images and engines write it, with or without `SIG`, in any case, or a number, to the wire's; those that
 * the CRI cannot say become RUNTIME_DEFAULT.
 */
export function encodeSignal(signal: string | undefined): SignalOutput {
  const name = canonicalName((signal ?? "").toUpperCase());
  if (name === undefined) return "SIGNAL_RUNTIME_DEFAULT";
  return `SIGNAL_${name.replace("+", "PLUS").replace("-", "MINUS")}` as SignalOutput;
}

function canonicalName(text: string): string | undefined {
  if (/^\d+$/.test(text)) return nameOfNumber(Number(text));
  const name = text.startsWith("SIG") ? text : `SIG${text}`;
  if (numbered.includes(name) || synonyms.includes(name)) return name;
  const [, end, distance] = /^SIGRTM(IN|AX)(?:[+-](\d{1,2}))?$/.exec(name) ?? [];
  if (end === undefined) return undefined;
  const steps = Number(distance ?? 0);
  if (name.includes(end === "IN" ? "-" : "+")) return undefined;
  return nameOfNumber(end === "IN" ? firstRealTime + steps : lastRealTime - steps);
}

/** The CRI has SIGRTMIN to SIGRTMIN+15 and SIGRTMAX-14 to SIGRTMAX, which is every number once. */
function nameOfNumber(number: number): string | undefined {
  if (number < firstRealTime) return numbered[number - 1];
  if (number > lastRealTime) return undefined;
  const steps = number - firstRealTime;
  if (steps > 15) return `SIGRTMAX${lastRealTime === number ? "" : `-${lastRealTime - number}`}`;
  return `SIGRTMIN${steps === 0 ? "" : `+${steps}`}`;
}
