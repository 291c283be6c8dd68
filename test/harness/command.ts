import { exec } from "../../src/host/exec.ts";

/** Runs a program to its end within a minute and returns its stdout; throws with its stderr when it fails. */
export async function command(
  file: string,
  args: readonly string[],
  input?: string | Uint8Array,
): Promise<string> {
  const result = await exec(file, args, {
    signal: new AbortController().signal,
    timeoutMillis: 60_000,
    maxOutputBytes: 64 << 20,
    ...(input === undefined ? {} : { input }),
  });
  if (result.exitCode !== 0) {
    throw new Error(
      `${file} ${args.join(" ")} ended with ${result.exitCode}: ${result.stderr.toString()}`,
    );
  }
  return result.stdout.toString();
}

/** Like `command`, for clean-up: what is gone already is no failure. Returns whether it succeeded. */
export async function attempt(file: string, args: readonly string[]): Promise<boolean> {
  try {
    await command(file, args);
    return true;
  } catch {
    return false;
  }
}
