import assert from "node:assert/strict";
import type { Backend, ContainerRecord, SandboxRecord } from "../../src/backends/backend.ts";
import type { ContainerConfig } from "../../src/model/container.ts";
import { containerConfig, imageSpec, podSandboxConfig } from "./requests.ts";

/** An engine under test, with one small image that has `sleep`, `sh` and `true`. */
export interface BackendUnderTest extends AsyncDisposable {
  readonly backend: Backend;
  readonly image: string;
  /** Commands that behave as named; a fake engine has no shell. */
  readonly commands: {
    readonly runs: readonly string[];
    readonly endsWith: (code: number) => readonly string[];
    readonly cannotRun: readonly string[];
    readonly ignoresSigterm: readonly string[];
    /** Writes its input to its output until that ends. */
    readonly echoes: readonly string[];
    readonly says: (out: string, err: string) => readonly string[];
    /** Writes a line `HEIGHT WIDTH` for each size that its terminal has. */
    readonly tellsSizes: readonly string[];
    /** Echoes what comes to `echoPort` over TCP, half-close included. */
    readonly listens: readonly string[];
  };
  readonly echoPort: number;
}

/** What an engine does not do yet → why; its promises are then shown as skipped. */
export type Lacks = Readonly<Partial<Record<Ability, string>>>;

/** What not every engine could do from its first day. */
export type Ability = "terminals" | "attach";

/** Declares a test of one promise. */
export type It = (
  promise: string,
  body: (under: BackendUnderTest) => Promise<void>,
  needs?: Ability,
) => void;

export interface Pod extends AsyncDisposable {
  readonly record: SandboxRecord;
}

/** Runs a sandbox that goes with the test. */
export async function runPod(backend: Backend, name: string, attempt = 0): Promise<Pod> {
  const plain = podSandboxConfig(name);
  const config = { ...plain, metadata: { ...plain.metadata, attempt } };
  const record = await backend.sandboxes.run({ config, runtimeHandler: "" }, signal());
  return {
    record,
    [Symbol.asyncDispose]: async () => {
      await backend.sandboxes.stop(record.sandbox, signal());
      await backend.sandboxes.remove(record.sandbox, signal());
    },
  };
}

export interface CreatedContainer extends ContainerRecord, AsyncDisposable {}

/** Makes a container that goes with the test. */
export async function create(
  { backend, image }: BackendUnderTest,
  { sandbox }: SandboxRecord,
  change: Partial<ContainerConfig>,
): Promise<CreatedContainer> {
  const found = await backend.images.status(imageSpec(image), signal());
  assert.ok(found !== undefined);
  const config = containerConfig("main", image, change);
  const record = await backend.containers.create({ sandbox, config, image: found }, signal());
  return {
    ...record,
    [Symbol.asyncDispose]: () => backend.containers.remove(record.container, signal()),
  };
}

/** No call of a test takes longer. */
export function signal(): AbortSignal {
  return AbortSignal.timeout(60_000);
}
