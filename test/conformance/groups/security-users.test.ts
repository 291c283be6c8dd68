import assert from "node:assert/strict";
import { test } from "node:test";
import type { LinuxContainerSecurityContext } from "../../../src/gen/runtime/v1/LinuxContainerSecurityContext.ts";
import { containerLinux, createContainer, sharedPod, shellIn } from "../pod.ts";
import { refused } from "../refusal.ts";
import { needs, runtime, subject } from "../subject.ts";

const pod = sharedPod();
const { images } = subject;

/** `uid gid groups` of the first process of a container. */
async function identity(
  security: LinuxContainerSecurityContext,
  image = images.busybox,
): Promise<string> {
  const changes = { image: { image: image.reference }, linux: containerLinux(security) };
  const status = await shellIn(pod(), changes, "grep -E '^(Uid|Gid|Groups)' /proc/1/status");
  const [uid, gid, ...groups] = status.split("\n").map((line) => line.split(/\s+/).slice(1));
  const all = (groups[0] ?? [])
    .filter(Boolean)
    .map(Number)
    .toSorted((a, b) => a - b);
  return `${uid?.[1]} ${gid?.[1]} ${all.join(",")}`;
}

test("root runs a container of which nothing is said", async () => {
  assert.match(await identity({}), /^0 0 /);
});

test("the image's user is a number, a name, or both with a group", async () => {
  assert.match(await identity({}, images.userNumber), /^1002 0 /);
  assert.match(await identity({}, images.userName), /^33 33 /);
  assert.match(await identity({}, images.userGroup), /^1003 33 /);
});

test("run_as_user is over the image's user", async () => {
  assert.match(await identity({ runAsUser: { value: 1001 } }), /^1001 0 /);
  assert.match(await identity({ runAsUser: { value: 0 } }, images.userName), /^0 0 /);
});

test("run_as_group goes with a user", async () => {
  assert.match(
    await identity({ runAsUser: { value: 1001 }, runAsGroup: { value: 2002 } }),
    /^1001 2002 /,
  );
});

test("run_as_username is looked up in the image", async () => {
  assert.match(await identity({ runAsUsername: "www-data" }), /^33 33 /);
});

test("supplemental groups join those that the image has for the user", async () => {
  const security = { runAsUser: { value: 1000 }, supplementalGroups: [1234, 5678] };
  assert.match(await identity(security), /^1000 1000 (1000,)?1234,5678,50000$/);
});

test("with policy Strict the image's groups stay out", needs("strict-groups"), async () => {
  const security: LinuxContainerSecurityContext = {
    runAsUser: { value: 1000 },
    supplementalGroups: [1234],
    supplementalGroupsPolicy: "Strict",
  };
  assert.match(await identity(security), /^1000 1000 (1000,)?1234$/);
});

test("a group without a user is refused", needs("group-validation"), async () => {
  const linux = containerLinux({ runAsGroup: { value: 2002 } });
  await refused(createContainer(pod(), { linux }), "InvalidArgument");
});

test("a user name that the image does not know is refused", async () => {
  const linux = containerLinux({ runAsUsername: "nobody-knows-me" });
  const created = createContainer(pod(), { linux });
  await refused(
    created.then((containerId) => runtime("StartContainer", { containerId })),
    "InvalidArgument",
    "NotFound",
    "FailedPrecondition",
    "Internal",
  );
});
