import { setTimeout as wait } from "node:timers/promises";
import { endpointFlags, type Session, withEndpoint } from "./endpoint.ts";
import { shortId, size, table } from "./table.ts";
import type { Verb } from "./verb.ts";

/** Shows the running containers' use of CPU, memory and disk. */
export const verb: Verb = {
  usage: "stats [FLAGS]",
  flags: endpointFlags,
  least: 0,
  most: 0,
  prepare: ({ values }) => withEndpoint(values, show),
};

const headings = ["POD", "CONTAINER", "ID", "CPU", "MEMORY", "DISK"];

async function show(session: Session): Promise<number> {
  const stats = await sampledTwice(session);
  const text = session.json
    ? `${JSON.stringify(stats, undefined, 2)}\n`
    : table([headings, ...stats.map(row)]);
  await session.terminal.out(text);
  return 0;
}

type Stats = Awaited<ReturnType<typeof sampledTwice>>[number];

function row({ attributes, cpu, memory, writableLayer }: Stats): readonly string[] {
  return [
    podOf(attributes?.labels ?? {}),
    attributes?.metadata?.name ?? "",
    shortId(attributes?.id ?? ""),
    cores(cpu?.usageNanoCores?.value),
    bytes(memory?.workingSetBytes?.value),
    bytes(writableLayer?.usedBytes?.value),
  ];
}

function podOf(labels: Readonly<Record<string, string>>): string {
  return `${labels["io.kubernetes.pod.namespace"] ?? ""}/${labels["io.kubernetes.pod.name"] ?? ""}`;
}

/** A rate needs two samples, which nobody may have asked for before us; an endpoint keeps them a second apart. */
async function sampledTwice({ client, options }: Session) {
  const { stats } = await client.runtime("ListContainerStats", {}, options);
  if (stats.every(({ cpu }) => cpu === null || cpu.usageNanoCores !== null)) return stats;
  await wait(1100);
  return (await client.runtime("ListContainerStats", {}, options)).stats;
}

function cores(nanoCores: string | undefined): string {
  return nanoCores === undefined ? "–" : `${Math.round(Number(nanoCores) / 1e6)}m`;
}

function bytes(value: string | undefined): string {
  return value === undefined ? "–" : size(BigInt(value));
}
