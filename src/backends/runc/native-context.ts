import { CriError } from "../../model/error.ts";
import type { Clock, Log } from "../../model/ports.ts";
import type { NodeFacts } from "../../translate/oci/oci-input.ts";
import type { NativePlaces } from "./native-places.ts";
import type { NativeRecords } from "./native-records.ts";
import type { OciRuntime } from "./oci-runtime.ts";
import type { RuncSettings } from "./runc-settings.ts";

/** What all parts of the native engine work on. */
export interface NativeContext {
  readonly settings: RuncSettings;
  readonly places: NativePlaces;
  readonly records: NativeRecords;
  /** By handler, the default one under "". */
  readonly runtimes: ReadonlyMap<string, OciRuntime>;
  readonly node: NodeFacts;
  readonly clock: Clock;
  readonly log: Log;
  /** A failpoint by name; undefined when it is off. */
  readonly failpoint: (name: string) => Promise<void> | undefined;
}

/** Returns a handler's runtime. Throws NotFound for a handler that is not configured. */
export function runtimeOf({ runtimes }: NativeContext, handler: string): OciRuntime {
  const runtime = runtimes.get(handler);
  if (runtime !== undefined) return runtime;
  const known = [...runtimes.keys()].filter((name) => name !== "").join(", ");
  throw new CriError("NotFound", `runtime_handler: "${handler}" is none of: ${known || "(none)"}`);
}
