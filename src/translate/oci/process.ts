import type { EnvironmentVariable } from "../../model/container.ts";
import { processCapabilities } from "./capabilities.ts";
import type { OciInput } from "./oci-input.ts";
import { cannot, invalid } from "./refusal.ts";
import { apparmorProfile, selinuxLabels } from "./security.ts";
import type { OciProcess } from "./spec.ts";

const defaultPath = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/**
 * Returns what runs, and as whom. Throws InvalidArgument where neither the request nor the image says a command, or an environment
 * name is none; FailedPrecondition for an environment value that is not UTF-8, which JSON cannot carry.
 */
export function ociProcess(input: OciInput): OciProcess {
  const { config, image, user, node } = input;
  const { security, resources } = config;
  const profile = apparmorProfile(security, node);
  const { processLabel } = selinuxLabels(security, node);
  return {
    terminal: config.tty,
    user: { uid: user.uid, gid: user.gid, additionalGids: user.supplementalGroups },
    args: argumentsOf(input),
    env: environment(input),
    cwd: config.workingDir || image.workingDir || "/",
    capabilities: processCapabilities(security, node),
    noNewPrivileges: security.noNewPrivs,
    oomScoreAdj: Math.max(resources.oomScoreAdj ?? 0, node.minOomScoreAdj),
    ...(profile !== undefined && { apparmorProfile: profile }),
    ...(processLabel !== undefined && { selinuxLabel: processLabel }),
  };
}

/** A command replaces what the image has altogether, arguments alone the image's arguments (Kubernetes' rule, and docker's). */
function argumentsOf({ config: { command, args }, image: { entrypoint, cmd } }: OciInput) {
  const words =
    command.length > 0 ? [...command, ...args] : [...entrypoint, ...(args.length > 0 ? args : cmd)];
  if (words.length > 0) return words;
  throw invalid("command", "is empty, and the image has none either");
}

/** Later ones win; a container that sets no PATH gets one, a terminal its kind. */
function environment({ config, image, sandbox }: OciInput): readonly string[] {
  const { hostname } = sandbox.config;
  const entries = [
    defaultPath,
    ...(hostname === "" ? [] : [`HOSTNAME=${hostname}`]),
    ...(config.tty ? ["TERM=xterm"] : []),
    ...image.env,
    ...config.envs.map(environmentEntry),
  ];
  const byName = new Map(entries.map((entry) => [entry.split("=", 1)[0], entry]));
  return [...byName.values()];
}

function environmentEntry({ key, value }: EnvironmentVariable): string {
  if (key === "" || /[=\0]/.test(key))
    throw invalid("envs", `the name ${JSON.stringify(key)} is empty or holds "=" or NUL`);
  if (value.includes(0)) throw invalid("envs", `the value of ${key} holds NUL`);
  return `${key}=${utf8(key, value)}`;
}

/** Names the variable in the error, never its value. */
function utf8(key: string, value: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(value);
  } catch {
    throw cannot("envs", `the value of ${key} is not UTF-8, and config.json is JSON`);
  }
}
