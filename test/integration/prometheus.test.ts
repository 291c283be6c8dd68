import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { command } from "../harness/command.ts";
import { eventually } from "../harness/eventually.ts";
import { Prometheus } from "../harness/prometheus.ts";
import { ObservedNode } from "./observed-node.ts";

const deploy = join(import.meta.dirname, "../../deploy");
const rules = join(deploy, "prometheus/cri-ferry.rules.yml");

let node: ObservedNode;
let prometheus: Prometheus;

before(async () => {
  node = await ObservedNode.start();
  const { address, caFile, tokenFile } = node.access;
  const job = {
    job_name: "cri-ferry",
    scheme: "https",
    tls_config: { ca_file: caFile },
    authorization: { credentials_file: tokenFile },
    static_configs: [{ targets: [address] }],
  };
  const folder = join(node.folder, "prometheus");
  prometheus = await Prometheus.start({ folder, job, ruleFiles: [rules] });
});

after(async () => {
  await prometheus?.[Symbol.asyncDispose]();
  await node?.[Symbol.asyncDispose]();
});

/** The value of an expression that has one series. */
async function valueOf(expr: string): Promise<number | undefined> {
  const [series, ...more] = await prometheus.query(expr);
  assert.equal(more.length, 0);
  return series?.value;
}

test("a real Prometheus reads it over TLS with the token, and knows the pods that run", async () => {
  const running = 'sum(cri_ferry_pod_sandboxes{engine="docker",state="READY"})';
  const shows = (count: number) =>
    eventually(`${count} pods`, async () =>
      (await valueOf(running)) === count ? true : undefined,
    );
  await shows(0);
  const first = await node.run("one");
  await shows(1);
  const second = await node.run("two");
  await shows(2);
  await node.remove(second);
  await shows(1);
  await node.remove(first);
});

test("what is served is clean by promtool", async () => {
  const page = await node.page("/metrics");
  assert.match(page, /^cri_ferry_log_lost_bytes_total 0$/m);
  const [, pulled] = /^cri_ferry_image_pull_bytes_total{engine="docker"} (\d+)$/m.exec(page) ?? [];
  // A static busybox, compressed, and as much again for the registry's other image at most.
  assert.ok(Number(pulled) > 500_000 && Number(pulled) < 5_000_000, `${pulled} bytes`);
  assert.equal(await command("promtool", ["check", "metrics"], page), "");
});

test("every query of the dashboard returns data", async () => {
  const queries = dashboardQueries();
  assert.ok(queries.length > 50);
  const steady = await node.run("steady");
  let missing = queries;
  await eventually(
    "data for every query",
    async () => {
      await node.round();
      assert.equal(await node.stream(steady, "echo", "streamed"), "streamed\n");
      const found = await Promise.all(queries.map(([, expr]) => prometheus.query(expr)));
      missing = queries.filter((_, at) => !found[at]?.some(({ value }) => !Number.isNaN(value)));
      return missing.length === 0 ? true : undefined;
    },
    120_000,
  ).catch((thrown: unknown) => {
    const list = missing.map(([title, expr]) => `${title}: ${expr}`).join("\n");
    throw new Error(`without data:\n${list}`, { cause: thrown });
  });
  await node.remove(steady);
});

test("alert rules are right, tested, and Prometheus evaluates them on what is served", async () => {
  await command("promtool", ["check", "rules", rules]);
  await command("promtool", ["test", "rules", rules.replace(".rules.yml", ".rules.test.yml")]);
  interface Groups {
    readonly groups: readonly { readonly rules: readonly Readonly<Record<string, string>>[] }[];
  }
  const { groups } = await prometheus.get<Groups>("rules?type=alert");
  const states = groups.flatMap((group) => group.rules.map(({ name, health }) => [name, health]));
  assert.ok(states.length > 10);
  assert.deepEqual(
    states.filter(([, health]) => health !== "ok"),
    [],
  );
});

test("readiness tells each engine and the network; pods are for token holders", async () => {
  assert.equal(
    await node.page("/readyz?verbose"),
    "ready\nengine docker: ok\nnetwork docker: ok\nlists: ok\n",
  );
  const pod = await node.run("shown");
  const pods = JSON.parse(await node.page("/debug/pods")) as readonly { readonly name: string }[];
  assert.deepEqual(
    pods.map(({ name }) => name),
    ["shown"],
  );
  await node.remove(pod);
  await assert.rejects(node.page("/debug/pods", "wrong"), /401/);
});

test("root debugs the daemon by its command", async () => {
  const launcher = join(import.meta.dirname, "../../bin/cri-ferry");
  const debug = (...args: readonly string[]) =>
    command(launcher, ["debug", ...args, "--admin-socket", node.adminSocket]);
  const pod = await node.run("debugged");
  assert.match(await debug("pods"), /"name":"debugged"/);
  const profile = JSON.parse(await debug("cpu", "--seconds", "1")) as { readonly nodes: unknown[] };
  assert.ok(profile.nodes.length > 1);
  const heap = JSON.parse(await debug("heap")) as { readonly snapshot: object };
  assert.ok("node_count" in heap.snapshot);
  await node.remove(pod);
});

interface DashboardPanel {
  readonly title: string;
  readonly targets?: readonly { readonly expr: string }[];
}

/** Every query of the dashboard with its panel's title, as Grafana would send it. */
function dashboardQueries(): readonly (readonly [string, string])[] {
  const text = readFileSync(join(deploy, "grafana/cri-ferry.json"), "utf8");
  const { panels } = JSON.parse(text) as { readonly panels: readonly DashboardPanel[] };
  const variables = { $job: "cri-ferry", $node: ".+", $__rate_interval: "15s" };
  return panels.flatMap(({ title, targets = [] }) =>
    targets.map(({ expr }) => {
      const filled = Object.entries(variables).reduce(
        (query, [name, value]) => query.replaceAll(name, value),
        expr,
      );
      assert.doesNotMatch(filled, /\$/);
      return [title, filled] as const;
    }),
  );
}
