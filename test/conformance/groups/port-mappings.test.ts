import assert from "node:assert/strict";
import { test } from "node:test";
import { eventually } from "../../harness/eventually.ts";
import { freePort } from "../../harness/free-port.ts";
import { podStatus, removePod, shellIn, startContainer, startPod } from "../pod.ts";
import { needs } from "../subject.ts";

const webServer = ["httpd", "-f", "-p", "8080", "-h", "/etc"];

async function get(host: string, port: number): Promise<string> {
  const answer = await fetch(`http://${host}:${port}/group`, { signal: AbortSignal.timeout(2000) });
  return answer.text();
}

test("a host port leads to the pod, until the pod is gone", needs("host-ports"), async (t) => {
  const hostPort = await freePort();
  const portMappings = [{ protocol: "TCP", containerPort: 8080, hostPort } as const];
  const pod = await startPod(t, { portMappings });
  await startContainer(pod, { command: webServer });
  assert.match(await eventually("an answer", () => get("127.0.0.1", hostPort)), /^root:/);
  await removePod(pod.id);
  await assert.rejects(get("127.0.0.1", hostPort));
});

test("a mapping without a host port opens none", async (t) => {
  const portMappings = [{ protocol: "TCP", containerPort: 8080, hostPort: 0 } as const];
  const pod = await startPod(t, { portMappings });
  await startContainer(pod, { command: webServer });
  const ip = (await podStatus(pod.id)).network?.ip ?? "";
  assert.match(await eventually("an answer of the pod", () => get(ip, 8080)), /^root:/);
});

test("pods reach each other by their addresses", async (t) => {
  const server = await startPod(t);
  await startContainer(server, { command: webServer });
  const ip = (await podStatus(server.id)).network?.ip ?? "";
  await eventually("an answer of the pod", () => get(ip, 8080));
  const client = await startPod(t);
  assert.match(await shellIn(client, {}, `wget -q -O - http://${ip}:8080/group`), /^root:/);
});
