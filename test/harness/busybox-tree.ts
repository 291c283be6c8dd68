import { readFileSync } from "node:fs";
import { command } from "./command.ts";
import type { TarEntry } from "./tar.ts";

const accounts = {
  passwd: [
    "root:x:0:0:root:/root:/bin/sh",
    "www-data:x:33:33:www-data:/var/www:/bin/false",
    "worker:x:1000:1000:worker:/home/worker:/bin/sh",
    "nobody:x:65534:65534:nobody:/home:/bin/false",
  ],
  group: [
    "root:x:0:",
    "www-data:x:33:",
    "worker:x:1000:",
    "crew:x:50000:worker",
    "nogroup:x:65534:",
  ],
};

const folders: readonly TarEntry[] = [
  ...[
    "bin",
    "dev",
    "etc",
    "home",
    "home/worker",
    "proc",
    "root",
    "sys",
    "usr",
    "var",
    "var/www",
  ].map((path): TarEntry => ({ path, type: "folder" })),
  { path: "tmp", type: "folder", mode: 0o1777 },
];

/**
 * Returns a root file system with every applet of the host's static busybox, and accounts: root, www-data (33), worker (1000,
 * also in group crew, 50000) and nobody.
 */
export async function busyboxTree(busybox = "/bin/busybox"): Promise<readonly TarEntry[]> {
  const applets = (await command(busybox, ["--list"])).split("\n").filter((name) => name !== "");
  const file = (path: string, lines: readonly string[]): TarEntry => ({
    path,
    type: "file",
    content: Buffer.from(`${lines.join("\n")}\n`),
  });
  return [
    ...folders,
    { path: "bin/busybox", type: "file", mode: 0o755, content: readFileSync(busybox) },
    ...applets
      .filter((name) => name !== "busybox")
      .map((name): TarEntry => ({ path: `bin/${name}`, type: "hardlink", target: "bin/busybox" })),
    file("etc/passwd", accounts.passwd),
    file("etc/group", accounts.group),
  ];
}

/** Waits for ever, reaps orphans (ash's `wait` collects every child), ends at SIGTERM. */
const pauseScript = "trap 'exit 0' TERM INT; while :; do sleep 1000000 & wait; done";

/** The entry point of a pause image made of busybox, for machines without a compiler. */
export const pauseEntrypoint: readonly string[] = ["/bin/sh", "-c", pauseScript];

/** Returns the least root file system in which `pauseEntrypoint` runs. */
export function pauseTree(busybox = "/bin/busybox"): readonly TarEntry[] {
  return [
    { path: "bin", type: "folder" },
    { path: "bin/busybox", type: "file", mode: 0o755, content: readFileSync(busybox) },
    { path: "bin/sh", type: "hardlink", target: "bin/busybox" },
    { path: "bin/sleep", type: "hardlink", target: "bin/busybox" },
  ];
}
