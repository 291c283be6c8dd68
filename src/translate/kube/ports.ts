import type { PortMapping } from "../../model/pod-sandbox.ts";
import { type Fields, refused } from "./fields.ts";

/** Reads `ports` of a container. On the host's network a port needs no mapping. */
export function readPorts(container: Fields, hostNetwork: boolean): readonly PortMapping[] {
  const ports = container.objects("ports").map(readPort);
  return hostNetwork ? [] : ports;
}

function readPort(port: Fields): PortMapping {
  port.ignore("name");
  const containerPort = port.integer("containerPort", 1, 65_535);
  const mapping: PortMapping = {
    protocol: port.word("protocol", ["TCP", "UDP", "SCTP"]) ?? "TCP",
    containerPort: containerPort ?? missingPort(port),
    hostPort: port.integer("hostPort", 0, 65_535) ?? 0,
    hostIp: port.text("hostIP") ?? "",
  };
  port.end();
  return mapping;
}

function missingPort(port: Fields): never {
  throw refused(port.at("containerPort"), "is needed");
}
