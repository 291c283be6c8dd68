import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { containerConfig } from "../../../test/contract/requests.ts";
import { fakeBench, silentMeter } from "../../../test/fakes/docker-bench.ts";
import type { Container } from "../../model/container.ts";
import { containerId, imageId, podSandboxId } from "../../model/ids.ts";
import { LogFeed } from "./log-feed.ts";

const never = new AbortController().signal;
const unused = (): Promise<never> => Promise.reject(new Error("not a json-file"));
const jsonLogs = { follow: unused, finish: () => Promise.resolve(), reopen: unused };

test("a log that two begin at once is copied once", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "log-feed-"));
  t.after(() => rm(folder, { recursive: true }));
  await using bench = await fakeBench();
  const { docker, context } = bench;
  const logs = { ...jsonLogs, remove: () => Promise.resolve() };
  const feed = new LogFeed({
    logs,
    api: docker,
    clock: context.clock,
    log: context.log,
    meter: silentMeter,
  });
  const container: Container = {
    id: containerId("a".repeat(64)),
    sandboxId: podSandboxId("b".repeat(64)),
    engine: "docker",
    createdAtNanos: 1n,
    config: containerConfig("app", "image"),
    imageId: imageId("sha256:aa"),
    imageRef: "sha256:aa",
    logFile: join(folder, "app", "0.log"),
    stopSignal: "SIGTERM",
  };
  const source = { container, sandbox: undefined, logDriver: "local", jsonFile: "" };
  await Promise.all([feed.begin(source, never), feed.begin(source, never)]);
  await feed.begin(source, never);
  assert.equal(docker.calls.filter((call) => call.endsWith("/logs")).length, 1);
  await feed.stop();
});
