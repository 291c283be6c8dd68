import type { ExecSyncResponse } from "../gen/runtime/v1/ExecSyncResponse.ts";

/** Kubelets and crictl refuse messages above 16 MiB; the fields' own bytes need a little of it. */
const maxOutputBytes = 16 * 1024 * 1024 - 1024;

/** Both outputs of a command cut, if need be, to what a client accepts in one message: each keeps at least a half. */
export function encodeExecSync(result: {
  readonly exitCode: number;
  readonly stdout: Uint8Array;
  readonly stderr: Uint8Array;
}): ExecSyncResponse {
  const half = maxOutputBytes / 2;
  const stderr = result.stderr.subarray(0, Math.max(half, maxOutputBytes - result.stdout.length));
  const stdout = result.stdout.subarray(0, maxOutputBytes - stderr.length);
  return { stdout, stderr, exitCode: result.exitCode };
}
