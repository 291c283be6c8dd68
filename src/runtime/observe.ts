import type {
  Backend,
  ContainerRecord,
  EngineEvent,
  EngineResync,
  SandboxRecord,
} from "../backends/backend.ts";
import { messageOf } from "../model/error.ts";
import { containerName, podSandboxName } from "../model/object-names.ts";
import { cleanupSignal } from "./cleanup.ts";
import { removeContainerLocked } from "./container-remove.ts";
import type { RuntimeContext } from "./context.ts";
import type { Creations } from "./creations.ts";
import { stopDuplicates } from "./duplicates.ts";
import type { RecordTable } from "./record-table.ts";
import { vanished } from "./vanished.ts";

/** How long to wait before an engine whose event stream broke by a fault of ours is followed again. */
const retryMillis = 1000;

/** Follows what an engine reports until the daemon stops, and keeps the ledger true to it. */
export async function observe(context: RuntimeContext, backend: Backend): Promise<void> {
  while (!context.stopping.aborted) {
    try {
      for await (const event of backend.events(context.stopping))
        await apply(context, backend, event);
    } catch (error) {
      if (context.stopping.aborted) return;
      context.log.error("engine events not followed", {
        engine: backend.name,
        err: messageOf(error),
      });
      await context.clock.sleep(retryMillis, context.stopping).catch(() => undefined);
    }
  }
}

async function apply(context: RuntimeContext, backend: Backend, event: EngineEvent): Promise<void> {
  switch (event.type) {
    case "resync":
      return await applyResync(context, backend, event);
    case "sandbox":
      return learnSandbox(context, backend, event.record);
    case "container":
      return learnContainer(context, backend, event.record);
    case "gone":
      return forget(context, backend, event.id);
  }
}

async function applyResync(
  context: RuntimeContext,
  backend: Backend,
  event: EngineResync,
): Promise<void> {
  for (const record of event.sandboxes) learnSandbox(context, backend, record);
  for (const record of event.containers) learnContainer(context, backend, record);
  for (const id of await vanished(context, backend, event)) forget(context, backend, id);
  await clearLeftovers(context, event);
  const isFirst = await context.known.mark(backend.name);
  stopDuplicates(context);
  if (isFirst && context.known.haveRead(context.router.backends)) collectNetwork(context);
}

/** Once, when all engines were read: what an earlier life connected for sandboxes that are no more is taken down. */
function collectNetwork(context: RuntimeContext): void {
  const alive = [...context.ledger.sandboxes.ids()];
  context.background.start("network not cleaned up", {}, () =>
    context.network.collect(alive, context.stopping),
  );
}

/** Leftover names are clean when the engine has nothing of them, or when what it has was recorded just before a crash. */
async function clearLeftovers(context: RuntimeContext, event: EngineResync): Promise<void> {
  const there = new Set([
    ...event.sandboxes.map(nameOfSandbox),
    ...event.containers.map(nameOfContainer),
  ]);
  for (const name of context.leftovers.names()) {
    if (!there.has(name) || isRecorded(context, name)) await clearLeftover(context, name);
  }
}

function learnSandbox(context: RuntimeContext, backend: Backend, record: SandboxRecord): void {
  const { sandbox } = record;
  learn(context, {
    table: context.ledger.sandboxes,
    creations: context.sandboxCreations,
    id: sandbox.id,
    name: nameOfSandbox(record),
    record,
    remove: () => backend.sandboxes.remove(sandbox, cleanupSignal()),
  });
}

function learnContainer(context: RuntimeContext, backend: Backend, record: ContainerRecord): void {
  const { container } = record;
  learn(context, {
    table: context.ledger.containers,
    creations: context.containerCreations,
    id: container.id,
    name: nameOfContainer(record),
    record,
    remove: () => backend.containers.remove(container, cleanupSignal()),
  });
}

interface Told<Value> {
  readonly table: RecordTable<Value>;
  readonly creations: Creations<string>;
  readonly id: string;
  readonly name: string;
  readonly record: Value;
  readonly remove: () => Promise<void>;
}

/** What an engine tells of an object that is being made is judged by how that ends; it may be the only word of its end. */
function learn<Value>(context: RuntimeContext, told: Told<Value>): void {
  const { table, creations, id, name, record } = told;
  const { leftovers, background } = context;
  if (table.get(id) !== undefined || !leftovers.has(name)) {
    table.learn(record);
    return;
  }
  background.start("leftover not removed", { id }, async () => {
    await creations.ended(name);
    if (table.get(id) !== undefined) return table.learn(record);
    if (isBeingCreated(context, name) || !leftovers.has(name)) return;
    await told.remove();
    await clearLeftover(context, name);
  });
}

/** A retry that has begun meanwhile has the name for itself. */
async function clearLeftover(context: RuntimeContext, name: string): Promise<void> {
  if (!isBeingCreated(context, name)) await context.leftovers.clear(name);
}

/**
 * Somebody removed it behind our back, or the engine lost it: what else belongs to it goes too. A sandbox stays recorded until its
 * network is down, which may need what only the record knows; a network that cannot be taken down is owed and keeps no record.
 */
function forget(context: RuntimeContext, backend: Backend, id: string): void {
  const { sandboxes, containers } = context.ledger;
  if (sandboxes.get(id) === undefined && containers.get(id) === undefined) {
    // Perhaps it was made a moment ago and is not recorded yet.
    sandboxes.drop(id);
    containers.drop(id);
    return;
  }
  context.background.startInTurn("object that is gone not cleaned up", { id }, () =>
    context.locks.run(id, async () => {
      // The next life sees by the first list that it is gone.
      if (context.stopping.aborted) return;
      await removeContainerLocked(context, id, cleanupSignal());
      const sandbox = sandboxes.get(id)?.sandbox;
      if (sandbox === undefined) return;
      context.log.warn("pod sandbox is gone from its engine", {
        sandboxId: id,
        engine: backend.name,
      });
      try {
        await backend.sandboxes.remove(sandbox, cleanupSignal());
      } finally {
        sandboxes.drop(id);
        context.podStats.forget(id);
        context.metrics.forget(id);
      }
    }),
  );
}

function isRecorded({ ledger }: RuntimeContext, name: string): boolean {
  return ledger.sandboxes.named(name) !== undefined || ledger.containers.named(name) !== undefined;
}

function isBeingCreated(context: RuntimeContext, name: string): boolean {
  return context.sandboxCreations.has(name) || context.containerCreations.has(name);
}

function nameOfSandbox({ sandbox }: SandboxRecord): string {
  return podSandboxName(sandbox.config.metadata);
}

function nameOfContainer({ container }: ContainerRecord): string {
  return containerName(container.sandboxId, container.config.metadata);
}
