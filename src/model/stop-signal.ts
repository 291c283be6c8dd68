/** Signal numbers of x86 and arm, signal(7). */
const names = (
  "HUP INT QUIT ILL TRAP ABRT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM STKFLT " +
  "CHLD CONT STOP TSTP TTIN TTOU URG XCPU XFSZ VTALRM PROF WINCH IO PWR SYS"
).split(" ");

const realtimeMin = 34;
const realtimeMax = 64;

/**
 * Returns a signal in the form `SIGTERM` or `SIGRTMIN+3`, from what an image or docker says: a name with or without SIG, or a
 * number. Nothing said: SIGTERM, docker's own default.
 */
export function stopSignalName(text: string | undefined): string {
  if (text === undefined || text === "") return "SIGTERM";
  const number = /^\d+$/.test(text) ? Number(text) : undefined;
  if (number === undefined) {
    const upper = text.toUpperCase();
    return upper.startsWith("SIG") ? upper : `SIG${upper}`;
  }
  if (number >= realtimeMin && number <= realtimeMax)
    return number === realtimeMin ? "SIGRTMIN" : `SIGRTMIN+${number - realtimeMin}`;
  const name = names[number - 1];
  return name === undefined ? "SIGTERM" : `SIG${name}`;
}

/** Returns the number of a signal in the form `SIGTERM` or `SIGRTMIN+3`; SIGTERM's for what is none. */
export function signalNumber(name: string): number {
  const realtime = /^SIGRT(MIN|MAX)(?:([+-])(\d+))?$/.exec(name);
  if (realtime !== null) {
    const [, end, sign, offset = "0"] = realtime;
    const number = (end === "MIN" ? realtimeMin : realtimeMax) + Number(`${sign ?? "+"}${offset}`);
    return number >= realtimeMin && number <= realtimeMax ? number : names.indexOf("TERM") + 1;
  }
  const at = names.indexOf(name.replace(/^SIG/, ""));
  return (at < 0 ? names.indexOf("TERM") : at) + 1;
}
