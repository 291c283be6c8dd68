import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";

const model = new URL("../../model/", import.meta.url);
const page = readFileSync(new URL("../../../docs/docker-limits.md", import.meta.url), "utf8");
const words = new Set(["native", "ours", "cgroup file", "told", "refused"]);

interface Shape {
  readonly fields: readonly string[];
  readonly parents: readonly string[];
}

/** Every interface of the model with its fields and what it extends. */
const shapes: ReadonlyMap<string, Shape> = new Map(
  readdirSync(model)
    .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"))
    .flatMap((file) => [
      ...readFileSync(new URL(file, model), "utf8").matchAll(
        /^(?:export )?interface (\w+)(?: extends (\w+))? \{\n([\s\S]*?)^\}/gm,
      ),
    ])
    .map(([, name = "", parent, body = ""]) => [
      name,
      {
        fields: [...body.matchAll(/^ {2}readonly (\w+)\??:/gm)].map(([, field = ""]) => field),
        parents: parent === undefined ? [] : [parent],
      },
    ]),
);

/** In the model this is another name of what both have in common. */
const aliases: Readonly<Record<string, string>> = { SandboxSecurityContext: "SecurityContext" };

function fieldsOf(name: string): readonly string[] {
  const shape = shapes.get(aliases[name] ?? name);
  if (shape === undefined) return [];
  return [...shape.parents.flatMap(fieldsOf), ...shape.fields];
}

/** Heading → rows of [field, words] of the table under it. */
const tables: ReadonlyMap<string, readonly (readonly [string, string])[]> = new Map(
  page.split("\n## ").map((section) => {
    const rows = [...section.matchAll(/^\| `(\w+)` \| ([^|]+) \|/gm)];
    const heading = section.split("\n")[0] ?? "";
    return [heading, rows.map(([, field = "", how = ""]) => [field, how.trim()] as const)];
  }),
);

const listed = [
  "PodSandboxConfig",
  "PodSandboxMetadata",
  "DnsConfig",
  "PortMapping",
  "ContainerConfig",
  "ContainerMetadata",
  "EnvironmentVariable",
  "ImageSpec",
  "LinuxResources",
  "HugepageLimit",
  "Mount",
  "Device",
  "SandboxSecurityContext",
  "ContainerSecurityContext",
  "Capabilities",
  "NamespaceOptions",
  "UserNamespace",
  "IdMapping",
  "SelinuxOptions",
];

for (const name of listed)
  test(`the page lists every field of ${name}, and no other`, () => {
    const rows = tables.get(name) ?? [];
    assert.ok(rows.length > 0, `docs/docker-limits.md has no table for ${name}`);
    assert.deepEqual(rows.map(([field]) => field).toSorted(), fieldsOf(name).toSorted());
    for (const [field, how] of rows)
      for (const word of how.split(", ")) assert.ok(words.has(word), `${name}.${field}: ${word}`);
  });

test("every table of fields on the page is checked", () => {
  const headings = [...tables].filter(([, rows]) => rows.length > 0).map(([heading]) => heading);
  assert.deepEqual(headings.toSorted(), listed.toSorted());
});
