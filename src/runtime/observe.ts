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
import { stopDuplicates } from "./duplicates.ts";

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
  for (const id of context.ledger.missingFrom(backend.name, event)) forget(context, backend, id);
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

/** Leftover names of which the engine has nothing are clean. */
async function clearLeftovers(context: RuntimeContext, event: EngineResync): Promise<void> {
  const there = new Set([
    ...event.sandboxes.map(nameOfSandbox),
    ...event.containers.map(nameOfContainer),
  ]);
  const clean = context.leftovers
    .names()
    .filter((name) => !there.has(name) && !isBeingCreated(context, name));
  for (const name of clean) await context.leftovers.clear(name);
}

function learnSandbox(context: RuntimeContext, backend: Backend, record: SandboxRecord): void {
  const { sandbox } = record;
  if (
    context.ledger.sandboxes.get(sandbox.id) !== undefined ||
    !isLeftover(context, nameOfSandbox(record))
  ) {
    context.ledger.sandboxes.learn(record);
  } else if (!isBeingCreated(context, nameOfSandbox(record))) {
    context.background.start("leftover sandbox not removed", { sandboxId: sandbox.id }, () =>
      backend.sandboxes.remove(sandbox, cleanupSignal()),
    );
  }
}

function learnContainer(context: RuntimeContext, backend: Backend, record: ContainerRecord): void {
  const { container } = record;
  if (
    context.ledger.containers.get(container.id) !== undefined ||
    !isLeftover(context, nameOfContainer(record))
  ) {
    context.ledger.containers.learn(record);
  } else if (!isBeingCreated(context, nameOfContainer(record))) {
    context.background.start("leftover container not removed", { containerId: container.id }, () =>
      backend.containers.remove(container, cleanupSignal()),
    );
  }
}

/** Somebody removed it behind our back, or the engine lost it: what else belongs to it goes too, its network first of all. */
function forget(context: RuntimeContext, backend: Backend, id: string): void {
  if (
    context.ledger.sandboxes.get(id) === undefined &&
    context.ledger.containers.get(id) === undefined
  )
    return;
  context.background.start("object that is gone not cleaned up", { id }, () =>
    context.locks.run(id, async () => {
      await removeContainerLocked(context, id, cleanupSignal());
      const sandbox = context.ledger.sandboxes.drop(id)?.sandbox;
      if (sandbox === undefined) return;
      context.log.warn("pod sandbox is gone from its engine", {
        sandboxId: id,
        engine: backend.name,
      });
      await backend.sandboxes.remove(sandbox, cleanupSignal());
    }),
  );
}

function isLeftover(context: RuntimeContext, name: string): boolean {
  return context.leftovers.has(name);
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
