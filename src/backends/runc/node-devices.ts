import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { exec } from "../../host/exec.ts";
import type { ContainerConfig } from "../../model/container.ts";
import { CriError } from "../../model/error.ts";
import type { OciInput } from "../../translate/oci/oci-input.ts";

type FoundDevice = OciInput["devices"][number];

const timeoutMillis = 10_000;
/** What a container has of its own, whatever the node's are. */
const own =
  /^\/dev\/(?:pts|shm|mqueue|fd|console|ptmx|core|stdin|stdout|stderr|null|zero|full|tty|random|urandom)(?:\/|$)/;
const maxDevices = 4096;

/**
 * Returns the devices that a container asks for as they are on the node, each device below a folder that it names; all of the node's for a
 * privileged one. Throws FailedPrecondition for a path that is no device.
 */
export async function findDevices(
  { devices, security }: ContainerConfig,
  signal: AbortSignal,
): Promise<readonly FoundDevice[]> {
  const asked = await Promise.all(
    devices.map(async ({ hostPath, containerPath, permissions }) => {
      const found = await look(await below(hostPath), signal);
      if (found.length === 0)
        throw new CriError("FailedPrecondition", `devices: ${hostPath} is no device`);
      return found.map(({ device }) => ({
        device: { ...device, path: containerPath + device.path.slice(hostPath.length) },
        permissions: permissions || "rwm",
      }));
    }),
  );
  if (!security.privileged) return asked.flat();
  const all = await look(
    (await below("/dev")).filter((path) => !own.test(path)),
    signal,
  );
  const taken = new Set(asked.flat().map(({ device }) => device.path));
  return [...asked.flat(), ...all.filter(({ device }) => !taken.has(device.path))];
}

/** The path itself, or what lies in it. */
async function below(path: string): Promise<readonly string[]> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true }).catch(
    () => undefined,
  );
  if (entries === undefined) return [path];
  return entries
    .filter((entry) => entry.isCharacterDevice() || entry.isBlockDevice())
    .slice(0, maxDevices)
    .map((entry) => join(entry.parentPath, entry.name));
}

/** In a child: a path of a client's may not answer. */
async function look(
  paths: readonly string[],
  signal: AbortSignal,
): Promise<readonly FoundDevice[]> {
  if (paths.length === 0) return [];
  const args = ["-L", "--printf=%f %Hr %Lr %u %g %n\\0", "--", ...paths];
  const { stdout } = await exec("stat", args, { signal, timeoutMillis });
  return stdout
    .toString()
    .split("\0")
    .filter((line) => line !== "")
    .flatMap(deviceIn);
}

function deviceIn(line: string): readonly FoundDevice[] {
  const [mode = "", major = "", minor = "", uid = "", gid = "", ...path] = line.split(" ");
  const bits = Number.parseInt(mode, 16);
  const type = typeOf(bits & 0o170000);
  if (type === undefined) return [];
  const device = {
    path: path.join(" "),
    type,
    major: Number(major),
    minor: Number(minor),
    fileMode: bits & 0o7777,
    uid: Number(uid),
    gid: Number(gid),
  };
  return [{ device, permissions: "rwm" }];
}

/** By the file type bits of st_mode (inode(7)). */
function typeOf(bits: number): "c" | "b" | undefined {
  if (bits === 0o020000) return "c";
  return bits === 0o060000 ? "b" : undefined;
}
