import type { NetworkInterfaceUsage, NetworkUsage } from "../../model/stats.ts";
import { each, type MetricRow, rowsOf } from "./metric-row.ts";

const { counter } = rowsOf("network");

function row(
  name: string,
  help: string,
  value: (one: NetworkInterfaceUsage) => bigint | undefined,
): MetricRow {
  return counter({
    name: `container_network_${name}_total`,
    help,
    labels: ["interface"],
    from: (network) => each(all(network), (one) => [one.name], value),
  });
}

function all({ defaultInterface, interfaces }: NetworkUsage): readonly NetworkInterfaceUsage[] {
  return [defaultInterface, ...interfaces];
}

/** A pod's network interfaces. */
export const networkMetrics: readonly MetricRow[] = [
  row("receive_bytes", "Bytes received.", ({ rxBytes }) => rxBytes),
  row("receive_packets", "Packets received.", ({ rxPackets }) => rxPackets),
  row("receive_packets_dropped", "Packets dropped at receipt.", ({ rxDropped }) => rxDropped),
  row("receive_errors", "Errors at receipt.", ({ rxErrors }) => rxErrors),
  row("transmit_bytes", "Bytes sent.", ({ txBytes }) => txBytes),
  row("transmit_packets", "Packets sent.", ({ txPackets }) => txPackets),
  row("transmit_packets_dropped", "Packets dropped at sending.", ({ txDropped }) => txDropped),
  row("transmit_errors", "Errors at sending.", ({ txErrors }) => txErrors),
];
