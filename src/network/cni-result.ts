import { isIP } from "node:net";
import { CriError } from "../model/error.ts";
import { isJsonObject, type JsonObject } from "./json-value.ts";

/**
 * Returns the addresses of an interface inside the pod, as plain IPs in the plugin's order, from an ADD result of any version:
 * `ips` with `interfaces` since 0.3.0, `ip4` and `ip6` before. Addresses of host-side interfaces are left out; those of other
 * interfaces in the pod count only when the named one has none.
 * Throws CriError Internal that names the field when the result is not one.
 */
export function podAddresses(result: unknown, ifName: string): readonly string[] {
  if (!isJsonObject(result)) throw broken("must be a JSON object");
  if (result["ips"] === undefined) return oldAddresses(result);
  const interfaces = listOf(result, "interfaces").map(readInterface);
  const ips = listOf(result, "ips").map((ip, index) => readIp(ip, index, interfaces));
  const inPod = ips.filter(({ on }) => on === undefined || on.sandbox !== "");
  const named = inPod.filter(({ on }) => on?.name === ifName);
  return (named.length > 0 ? named : inPod).map(({ address }) => address);
}

/**
 * Returns the host's end of the link to an interface inside the pod: plugins name it just before that one, after any bridge. undefined
 * when the result tells no interfaces, or none on the host.
 */
export function hostEndOf(result: unknown, ifName: string): string | undefined {
  if (!isJsonObject(result) || result["interfaces"] === undefined) return undefined;
  const interfaces = listOf(result, "interfaces").map(readInterface);
  const inPod = interfaces.findIndex(({ name, sandbox }) => name === ifName && sandbox !== "");
  return interfaces.slice(0, Math.max(inPod, 0)).findLast(({ sandbox }) => sandbox === "")?.name;
}

interface Interface {
  readonly name: string;
  /** The namespace it lies in; empty: the host's. */
  readonly sandbox: string;
}

function readInterface(value: unknown, index: number): Interface {
  if (!isJsonObject(value) || typeof value["name"] !== "string") {
    throw broken(`interfaces[${index}].name must be a text`);
  }
  const sandbox = value["sandbox"];
  return { name: value["name"], sandbox: typeof sandbox === "string" ? sandbox : "" };
}

function readIp(value: unknown, index: number, interfaces: readonly Interface[]) {
  const field = `ips[${index}]`;
  if (!isJsonObject(value)) throw broken(`${field} must be an object`);
  return {
    address: readAddress(value["address"], `${field}.address`),
    on: interfaceOf(value["interface"], `${field}.interface`, interfaces),
  };
}

/** A negative index means "none" (types/040 in libcni); so does a result without interfaces. */
function interfaceOf(
  at: unknown,
  field: string,
  interfaces: readonly Interface[],
): Interface | undefined {
  if (at === undefined || at === null || interfaces.length === 0) return undefined;
  if (typeof at === "number" && at < 0) return undefined;
  const found = typeof at === "number" ? interfaces[at] : undefined;
  if (found === undefined) {
    throw broken(
      `${field} must be an index into interfaces, of which there are ${interfaces.length}`,
    );
  }
  return found;
}

function oldAddresses(result: JsonObject): readonly string[] {
  return ["ip4", "ip6"].flatMap((key) => {
    const value = result[key];
    if (value === undefined || value === null) return [];
    if (!isJsonObject(value)) throw broken(`${key} must be an object`);
    return [readAddress(value["ip"], `${key}.ip`)];
  });
}

function readAddress(value: unknown, field: string): string {
  const address = typeof value === "string" ? (value.split("/")[0] ?? "") : "";
  if (isIP(address) === 0) throw broken(`${field} must be an IP address with a prefix length`);
  return address;
}

function listOf(result: JsonObject, key: string): readonly unknown[] {
  const value = result[key] ?? [];
  if (!Array.isArray(value)) throw broken(`${key} must be a list`);
  return value;
}

function broken(message: string): CriError {
  return new CriError("Internal", message);
}
