import assert from "node:assert/strict";
import { test } from "node:test";
import { FakeDocker } from "../../../test/fakes/docker-engine.ts";
import { CriError } from "../../model/error.ts";
import { ImageUserFiles } from "./image-user-files.ts";

const never = new AbortController().signal;

test("a container made to read an image's files goes with the read, or with the next life's sweep", async () => {
  const docker = new FakeDocker();
  const other = docker.put("web", { Labels: { app: "web" }, HostConfig: {} });
  const killed = new ImageUserFiles(docker);
  docker.before = (call) => {
    if (!call.startsWith("GET")) return;
    assert.equal(docker.containers.size, 2);
    throw new CriError("Unavailable", "docker is away");
  };
  await assert.rejects(killed.resolve("sha256:aa", "app", never), { kind: "Unavailable" });
  assert.deepEqual([...docker.containers.keys()], [other]);
  docker.before = (call) => {
    if (call.startsWith("GET") || call.startsWith("DELETE"))
      throw new CriError("Unavailable", "gone");
  };
  await assert.rejects(killed.resolve("sha256:aa", "app", never));
  assert.equal(docker.containers.size, 2);
  docker.before = () => undefined;
  await killed.sweep(never);
  assert.equal(docker.containers.size, 2);
  await new ImageUserFiles(docker).sweep(never);
  assert.deepEqual([...docker.containers.keys()], [other]);
});
