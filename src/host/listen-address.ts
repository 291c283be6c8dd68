import { CriError } from "../model/error.ts";

/** Takes `IP:PORT`, IPv6 in brackets. Throws InvalidArgument naming the setting. */
export function parseListenAddress(
  address: string,
  setting: string,
): { readonly host: string; readonly port: number } {
  const [, bracketed, plain, port] = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(address) ?? [];
  const host = bracketed ?? plain;
  if (host !== undefined && Number(port) <= 65_535) return { host, port: Number(port) };
  throw new CriError("InvalidArgument", `${setting} "${address}" is not IP:PORT`);
}
