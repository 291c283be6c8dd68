import { isIP } from "node:net";
import type { StatusRequestOutput } from "../../gen/runtime/v1/StatusRequest.ts";
import type { UpdateRuntimeConfigRequestOutput } from "../../gen/runtime/v1/UpdateRuntimeConfigRequest.ts";
import { refuse } from "./refuse.ts";

/** Returns whether facts for people are wanted. */
export function decodeStatus(request: StatusRequestOutput): { readonly verbose: boolean } {
  return { verbose: request.verbose };
}

/** Returns the CIDR of this node's pods, two with a comma between for dual stack, or "" when none was said. Throws CriError InvalidArgument. */
export function decodeUpdateRuntimeConfig(request: UpdateRuntimeConfigRequestOutput): string {
  const podCidr = request.runtimeConfig?.networkConfig?.podCidr ?? "";
  if (podCidr !== "" && !podCidr.split(",").every(isCidr)) {
    return refuse(
      "runtime_config.network_config.pod_cidr",
      "must be a CIDR such as 10.1.0.0/24, or several with commas between",
    );
  }
  return podCidr;
}

function isCidr(text: string): boolean {
  const [, address, bits] = /^([^/]+)\/(\d{1,3})$/.exec(text) ?? [];
  const family = isIP(address ?? "");
  return family !== 0 && Number(bits) <= (family === 4 ? 32 : 128);
}
