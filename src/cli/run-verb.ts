import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { totalmem } from "node:os";
import { text as readAll } from "node:stream/consumers";
import { loadConfig } from "../config/load-config.ts";
import { CriError, messageOf } from "../model/error.ts";
import { parseManifest } from "../translate/kube/manifest.ts";
import { type PodHost, type PodPlan, podPlan } from "../translate/kube/pod.ts";
import { endpointFlags, type Session, textOf, withEndpoint } from "./endpoint.ts";
import { defaultLogRoot, emptyDirRoot, madeByRun, makeFolders } from "./pod-folders.ts";
import { type StartedPod, startPod, waitForEnd } from "./pod-start.ts";
import type { Verb } from "./verb.ts";

/** Runs a pod as a kubelet would start it, once; nothing restarts it. */
export const verb: Verb = {
  usage: "run [FLAGS] POD.yaml",
  flags: {
    ...endpointFlags,
    "log-root": {
      type: "string",
      placeholder: "DIR",
      help: `where pods' logs go (${defaultLogRoot})`,
    },
    wait: {
      type: "boolean",
      help: "wait for all containers; their first failure is the exit code",
    },
  },
  least: 1,
  most: 1,
  prepare: ({ values, positionals: [file = ""] }) =>
    withEndpoint(values, async (session) => {
      const logRoot = textOf(values, "log-root") ?? defaultLogRoot;
      const plan = await readPlan(session, file, logRoot);
      await makeFolders(plan);
      const started = await startPod(session, plan);
      await print(session, started);
      return values["wait"] === true ? waitForAll(session, started) : 0;
    }),
};

async function readPlan(session: Session, file: string, logRoot: string): Promise<PodPlan> {
  const { state } = await loadConfig(session.settings);
  const manifest = parseManifest(file === "-" ? await readAll(process.stdin) : await read(file));
  const plan = podPlan(manifest, await hostOf(state.root, logRoot));
  const annotations = { ...plan.sandbox.annotations, [madeByRun]: "true" };
  return { ...plan, sandbox: { ...plan.sandbox, annotations } };
}

async function read(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (thrown) {
    throw new CriError("NotFound", messageOf(thrown), { cause: thrown });
  }
}

async function hostOf(stateRoot: string, logRoot: string): Promise<PodHost> {
  return {
    uid: randomUUID(),
    resolvConf: await hostResolvConf(),
    nodeMemoryBytes: totalmem(),
    logRoot,
    emptyDirRoot: emptyDirRoot(stateRoot),
    seccompFolder: "/var/lib/kubelet/seccomp",
  };
}

/** systemd-resolved listens on the node's loopback, where no pod reaches it; its own list of servers stands elsewhere. */
async function hostResolvConf(): Promise<string> {
  const text = await readFile("/etc/resolv.conf", "utf8").catch(() => "");
  if (!/^nameserver\s+127\.0\.0\.53\s*$/m.test(text)) return text;
  return readFile("/run/systemd/resolve/resolv.conf", "utf8").catch(() => text);
}

async function print({ terminal, json }: Session, pod: StartedPod): Promise<void> {
  const containers = [...pod.containers];
  const lines = containers.map(([name, id]) => `container ${name} ${id}\n`).join("");
  const shown = { podSandboxId: pod.podSandboxId, containers: Object.fromEntries(containers) };
  await terminal.out(json ? `${JSON.stringify(shown)}\n` : `pod ${pod.podSandboxId}\n${lines}`);
}

async function waitForAll(session: Session, pod: StartedPod): Promise<number> {
  const codes = await Promise.all(
    [...pod.containers.values()].map((id) => waitForEnd(session, id)),
  );
  return codes.find((code) => code !== 0) ?? 0;
}
