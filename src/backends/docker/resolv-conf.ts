import { replaceFile } from "../../host/replace-file.ts";
import { CriError } from "../../model/error.ts";
import { resolvConfText } from "../../model/pod-file-texts.ts";
import type { DnsConfig } from "../../model/pod-sandbox.ts";
import type { DockerContainerInspect } from "../../translate/docker/api.ts";

/**
 * Writes a pod's DNS settings where docker keeps the sandbox's resolv.conf: for pods on the host's network. Docker binds that path into each container of the
 * pod as it starts, so a file renamed over it is what they see; the sandbox's own process keeps the old one, and needs none.
 * Nothing is written when the pod says nothing: docker's own file, a copy of the host's, stays. Throws CriError.
 */
export async function writeResolvConf(
  inspect: DockerContainerInspect,
  dns: DnsConfig | undefined,
): Promise<void> {
  if (dns === undefined) return;
  const path = inspect.ResolvConfPath ?? "";
  if (path === "") {
    throw new CriError("Internal", `docker has no resolv.conf for sandbox ${inspect.Id}`);
  }
  await replaceFile(path, resolvConfText(dns), { mode: 0o644, durable: false });
}
