import type { EnvironmentVariable } from "../../model/container.ts";
import type { DockerConfig } from "./api.ts";
import type { ContainerCreateInput, CreatePart } from "./container-create-input.ts";
import { fixedConfig, fixedHostConfig } from "./fixed-settings.ts";
import { cannot, invalid } from "./refusal.ts";

/**
 * What runs: an empty command or args leaves the image's, a command alone replaces both (docker's rule for Entrypoint and Cmd is
 * the CRI's). Throws FailedPrecondition for an environment value that is not UTF-8, which JSON cannot carry.
 */
export function processPart({ config, image }: ContainerCreateInput): CreatePart {
  const { command, args, workingDir, stopSignal, stdin, stdinOnce, tty } = config;
  return {
    config: {
      ...fixedConfig,
      Image: image.id,
      Env: config.envs.map(environmentEntry),
      ...some("Entrypoint", command),
      ...some("Cmd", args),
      ...(workingDir === "" ? {} : { WorkingDir: workingDir }),
      ...(stopSignal === undefined ? {} : { StopSignal: stopSignal }),
      OpenStdin: stdin,
      StdinOnce: stdin && stdinOnce,
      Tty: tty,
    },
    hostConfig: fixedHostConfig,
  };
}

function some(field: "Entrypoint" | "Cmd", words: readonly string[]): DockerConfig {
  return words.length === 0 ? {} : { [field]: words };
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
    throw cannot("envs", `the value of ${key} is not UTF-8, and docker's API is JSON`);
  }
}
