import { setTimeout as wait } from "node:timers/promises";
import { endpointFlags, type Session, withEndpoint } from "./endpoint.ts";
import { shortId, size, table } from "./table.ts";
import type { Verb } from "./verb.ts";

/** Shows the running containers' use of CPU, memory and disk, or the pods' with their network. */
export const verb: Verb = {
  usage: "stats [FLAGS]",
  flags: { ...endpointFlags, pods: { type: "boolean", help: "pods instead of containers" } },
  least: 0,
  most: 0,
  prepare: ({ values }) =>
    withEndpoint(values, values["pods"] === true ? showPods : showContainers),
};

const headings = ["POD", "CONTAINER", "ID", "CPU", "MEMORY", "DISK"];

const podHeadings = ["POD", "ID", "CPU", "MEMORY", "RECEIVED", "SENT", "PROCESSES"];

async function showContainers(session: Session): Promise<number> {
  const stats = await sampledTwice(
    () => containersOf(session),
    ({ cpu }) => cpu,
  );
  return await print(session, stats, [headings, ...stats.map(row)]);
}

async function showPods(session: Session): Promise<number> {
  const stats = await sampledTwice(
    () => podsOf(session),
    ({ linux }) => linux?.cpu ?? null,
  );
  return await print(session, stats, [podHeadings, ...stats.map(podRow)]);
}

async function containersOf({ client, options }: Session) {
  return (await client.runtime("ListContainerStats", {}, options)).stats;
}

async function podsOf({ client, options }: Session) {
  return (await client.runtime("ListPodSandboxStats", {}, options)).stats;
}

type ContainerStats = Awaited<ReturnType<typeof containersOf>>[number];
type PodSandboxStats = Awaited<ReturnType<typeof podsOf>>[number];

async function print(
  { json, terminal }: Session,
  stats: readonly object[],
  rows: readonly (readonly string[])[],
): Promise<number> {
  await terminal.out(json ? `${JSON.stringify(stats, undefined, 2)}\n` : table(rows));
  return 0;
}

function podRow({ attributes, linux }: PodSandboxStats): readonly string[] {
  const { namespace = "", name = "" } = attributes?.metadata ?? {};
  const { cpu, memory, network, process } = linux ?? {};
  return [
    `${namespace}/${name}`,
    shortId(attributes?.id ?? ""),
    cores(cpu?.usageNanoCores?.value),
    bytes(memory?.workingSetBytes?.value),
    ...traffic(network?.defaultInterface),
    count(process?.processCount),
  ];
}

type Interface = NonNullable<NonNullable<PodSandboxStats["linux"]>["network"]>["defaultInterface"];

function count(amount: { readonly value: string } | null | undefined): string {
  return amount?.value ?? "–";
}

/** What came in and what went out. */
function traffic(usage: Interface | undefined): readonly [string, string] {
  return [bytes(usage?.rxBytes?.value), bytes(usage?.txBytes?.value)];
}

function row({ attributes, cpu, memory, writableLayer }: ContainerStats): readonly string[] {
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
async function sampledTwice<Stats>(
  sample: () => Promise<readonly Stats[]>,
  cpuOf: (stats: Stats) => ContainerStats["cpu"],
): Promise<readonly Stats[]> {
  const stats = await sample();
  if (stats.every((one) => cpuOf(one)?.usageNanoCores !== null)) return stats;
  await wait(1100);
  return await sample();
}

function cores(nanoCores: string | undefined): string {
  return nanoCores === undefined ? "–" : `${Math.round(Number(nanoCores) / 1e6)}m`;
}

function bytes(value: string | undefined): string {
  return value === undefined ? "–" : size(BigInt(value));
}
