import { isIP } from "node:net";

// Each takes a text and returns what would be right, or undefined when it is.

/** An absolute path that needs no cleaning. */
export function absolutePath(value: string): string | undefined {
  const right = value.startsWith("/") && !/[\0\n]/.test(value) && !value.split("/").includes("..");
  return right ? undefined : 'must be an absolute path without ".."';
}

/** The kernel takes 107 bytes (unix(7)); our server needs four of them while it makes the socket. */
export function socketPath(value: string): string | undefined {
  if (Buffer.byteLength(value) > 103) return "must be a path of at most 103 bytes";
  return absolutePath(value);
}

/** Only a local engine will do: its log files, cgroups and namespaces are read on this machine. */
export function dockerEndpoint(value: string): string | undefined {
  if (/^(tcp|http|https|ssh|npipe|fd):/.test(value)) {
    return (
      "must be a local unix:///PATH (the engine's log files, cgroups and namespaces are read on " +
      "this machine)"
    );
  }
  const path = value.startsWith("unix://") ? value.slice("unix://".length) : "";
  return socketPath(path) === undefined ? undefined : "must be unix:// and an absolute path";
}

/** `IP:PORT`, IPv6 in brackets. */
export function listenAddress(value: string): string | undefined {
  const match = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(value);
  const right =
    match !== null &&
    (match[1] === undefined ? isIP(match[2] ?? "") === 4 : isIP(match[1]) === 6) &&
    Number(match[3]) <= 65_535;
  return right ? undefined : "must be IP:PORT, as 127.0.0.1:9419 or [::1]:9419";
}

/** The same, or empty for none. */
export function optionalListenAddress(value: string): string | undefined {
  if (value === "") return undefined;
  return listenAddress(value) === undefined ? undefined : 'must be IP:PORT or "" (off)';
}

/** An absolute path, or empty for none. */
export function optionalPath(value: string): string | undefined {
  return value === "" || absolutePath(value) === undefined
    ? undefined
    : 'must be an absolute path without "..", or "" (none)';
}

/** A path for a socket, or empty for none. */
export function optionalSocketPath(value: string): string | undefined {
  return value === "" ? undefined : socketPath(value);
}

/** Anything that may be the name of an image; the engine knows better. */
export function imageReference(value: string): string | undefined {
  return /^[\w][\w.:/@+-]*$/.test(value) ? undefined : "must be an image reference";
}

/** What stands before `://` in the kubelet's container ids. */
export function runtimeName(value: string): string | undefined {
  return /^[a-z][a-z0-9-]{0,62}$/.test(value)
    ? undefined
    : 'must be "auto" or a short name of a-z, 0-9 and "-"';
}

/** A handler's name is a DNS label in RuntimeClass (node.k8s.io/v1). */
export function handlerName(value: string): string | undefined {
  return /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(value)
    ? undefined
    : 'must be a name of a-z, 0-9 and "-", as RuntimeClass asks';
}

/** The name of an OCI runtime as engines know it. */
export function programName(value: string): string | undefined {
  return /^[\w][\w.-]*$/.test(value) ? undefined : "must be a runtime's name such as runc or crun";
}
