import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import type { DockerContext } from "../../src/backends/docker/docker-context.ts";
import { EngineLink } from "../../src/backends/docker/engine-link.ts";
import { ImageFactsCache } from "../../src/backends/docker/image-facts.ts";
import { Mirror } from "../../src/backends/docker/mirror.ts";
import { PodFiles } from "../../src/backends/docker/pod-files.ts";
import { showInspect } from "../../src/backends/docker/show-inspect.ts";
import { CriError } from "../../src/model/error.ts";
import { imageId } from "../../src/model/ids.ts";
import type { Image } from "../../src/model/image.ts";
import type { Clock, Log, Meter } from "../../src/model/ports.ts";
import { engineFacts } from "../../src/translate/docker/engine.ts";
import { FakeDocker } from "./docker-engine.ts";

const nothing = (): void => undefined;

/** For tests that do not look at what is logged. */
export const silentLog: Log = {
  debug: nothing,
  info: nothing,
  warn: nothing,
  error: nothing,
  child: () => silentLog,
};

/** For tests that do not look at what is counted. */
export const silentMeter: Meter = { count: nothing, observe: nothing, gauge: nothing };

/** An image that the fake engine is said to have. */
export const fakeImage: Image = {
  id: imageId("sha256:aa"),
  repoTags: ["pause:1"],
  repoDigests: [],
  sizeBytes: 1n,
  uid: undefined,
  username: "",
  pinned: true,
};

/** What acts on docker, on a fake engine whose events reach the mirror. */
export interface FakeBench extends AsyncDisposable {
  readonly docker: FakeDocker;
  readonly mirror: Mirror;
  readonly context: DockerContext;
  /** Where the files of pods are: a folder that goes with the bench. */
  readonly podFilesFolder: string;
  /** The failpoint that throws. */
  failAt: string;
}

/** Makes a bench; `addressesOf` is the network's. Disposing ends the events. */
export async function fakeBench(
  addressesOf: (sandboxId: string) => readonly string[] = () => [],
): Promise<FakeBench> {
  const docker = new FakeDocker();
  const clock = clockOf(docker);
  const images = new ImageFactsCache(docker);
  const show = showInspect({ addressesOf, handlerOf: () => "", images });
  const mirror = new Mirror({ api: docker, clock, log: silentLog, meter: silentMeter, show });
  const ending = new AbortController();
  const running = new EngineLink({ api: docker, mirror, clock, log: silentLog }).run(ending.signal);
  await mirror.outlet.read(ending.signal).next();
  docker.calls.length = 0;
  const podFilesFolder = await mkdtemp(join(tmpdir(), "cri-ferry-bench-"));
  const podFiles = new PodFiles(podFilesFolder, addressesOf);
  const bench: FakeBench = {
    docker,
    mirror,
    podFilesFolder,
    context: contextOf({ docker, mirror, podFiles }, async (name) => {
      await setImmediate();
      if (name === bench.failAt) throw new CriError("Internal", `failpoint ${name}`);
    }),
    failAt: "",
    [Symbol.asyncDispose]: async () => {
      ending.abort();
      await running;
      await rm(podFilesFolder, { recursive: true });
    },
  };
  return bench;
}

/** The fake's time; sleepers sleep until they are aborted. */
function clockOf(docker: FakeDocker): Clock {
  return {
    nowNanos: () => docker.now(),
    monotonicMillis: () => Number(docker.now() / 1_000_000n),
    sleep: (_millis, signal) =>
      new Promise((_resolve, reject) => {
        signal?.addEventListener("abort", () => reject(signal.reason as Error));
      }),
  };
}

function contextOf(
  { docker, mirror, podFiles }: { docker: FakeDocker; mirror: Mirror; podFiles: PodFiles },
  failpoint: DockerContext["failpoint"],
): DockerContext {
  const Runtimes = { runc: {}, runsc: {} };
  const facts = engineFacts(docker.version().said, { ...docker.info, Runtimes });
  return {
    api: docker,
    mirror,
    podFiles,
    clock: clockOf(docker),
    log: silentLog,
    engine: () => Promise.resolve(facts),
    failpoint,
    settings: {
      sandboxImage: "pause:1",
      handlers: { sandboxed: "runsc", broken: "crun" },
      logBufferBytes: 1 << 20,
      imageVolumeFolder: "/nonexistent",
      podFilesFolder: "/nonexistent",
      limits: { capabilities: [], minOomScoreAdj: 0 },
    },
  };
}
