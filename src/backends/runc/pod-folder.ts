import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { nodesResolvConf } from "../../host/nodes-resolv-conf.ts";
import { CriError } from "../../model/error.ts";
import { hostsText, resolvConfText } from "../../model/pod-file-texts.ts";
import type { PodSandboxConfig } from "../../model/pod-sandbox.ts";

/** The files that containers see of their pod, below /etc. */
export const podFileNames = ["resolv.conf", "hosts", "hostname"] as const;

/** Writes a pod's files. Throws ResourceExhausted on a full disk. */
export async function writePodFiles(
  folder: string,
  { dns, hostname }: PodSandboxConfig,
  ips: readonly string[],
): Promise<void> {
  const name = hostname === "" ? await textOf("/proc/sys/kernel/hostname") : `${hostname}\n`;
  const texts: Readonly<Record<(typeof podFileNames)[number], string>> = {
    "resolv.conf": dns === undefined ? await nodesResolvConf() : resolvConfText(dns),
    hosts: hostsText(name.trim(), ips),
    hostname: name,
  };
  try {
    await mkdir(folder, { recursive: true, mode: 0o755 });
    await Promise.all(
      podFileNames.map((file) => writeFile(join(folder, file), texts[file], { mode: 0o644 })),
    );
  } catch (thrown) {
    throw CriError.from(thrown, `cannot write ${folder}`);
  }
}

async function textOf(path: string): Promise<string> {
  return await readFile(path, "utf8").catch(() => "");
}
