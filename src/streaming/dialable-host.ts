import { readFileSync } from "node:fs";
import { isIPv6 } from "node:net";
import { networkInterfaces } from "node:os";

/** An interface of this machine that has an address. */
export interface HostAddress {
  readonly device: string;
  readonly address: string;
  readonly internal: boolean;
}

/**
 * Returns what stands in a URL for an address that is listened on. "Any address" is none that could be dialled: then it is that
 * of the interface with the default route, else another one's, else the loopback; IPv6 stands in brackets.
 */
export function dialableHost(listening: string): string {
  if (listening === "0.0.0.0") return addressOf("IPv4") ?? "127.0.0.1";
  if (listening !== "::") return bracketed(listening);
  // A socket on :: takes IPv4 as well.
  return bracketed(addressOf("IPv6") ?? addressOf("IPv4") ?? "::1");
}

/** Returns the address that a stranger would dial; those of one link only do not count. */
export function chooseAddress(
  addresses: readonly HostAddress[],
  defaultRoute: string | undefined,
): string | undefined {
  const global = addresses.filter(
    ({ internal, address }) => !internal && !/^(fe80:|169\.254\.)/i.test(address),
  );
  return (global.find(({ device }) => device === defaultRoute) ?? global[0])?.address;
}

/** Takes the text of `/proc/net/route` or `/proc/net/ipv6_route`; returns the device of the default route. */
export function defaultRouteDevice(routes: string, family: Family): string | undefined {
  const rows = routes.split("\n").map((line) => line.trim().split(/\s+/));
  const isDefault = (row: readonly string[]): boolean =>
    family === "IPv4"
      ? row[1] === "00000000" && row[7] === "00000000"
      : row[0] === "0".repeat(32) && row[1] === "00" && row[9] !== "lo";
  return rows.find(isDefault)?.[family === "IPv4" ? 0 : 9];
}

type Family = "IPv4" | "IPv6";

function addressOf(family: Family): string | undefined {
  const addresses = Object.entries(networkInterfaces()).flatMap(([device, entries]) =>
    (entries ?? [])
      .filter((entry) => entry.family === family)
      .map(({ address, internal }) => ({ device, address, internal })),
  );
  return chooseAddress(addresses, defaultDevice(family));
}

function defaultDevice(family: Family): string | undefined {
  try {
    const file = family === "IPv4" ? "/proc/net/route" : "/proc/net/ipv6_route";
    return defaultRouteDevice(readFileSync(file, "utf8"), family);
  } catch {
    // A kernel without that family.
    return undefined;
  }
}

function bracketed(address: string): string {
  return isIPv6(address) ? `[${address}]` : address;
}
