import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { loaderOptions, loadProtocol } from "../src/cri/loader.ts";

interface Field {
  readonly number: number;
  readonly name: string;
  readonly type: string;
}

interface Table {
  readonly package: string;
  readonly enums: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly messages: Readonly<Record<string, readonly Field[]>>;
  readonly services: Readonly<Record<string, readonly string[]>>;
}

/** The parts of a descriptor that the loader gives as plain objects (google/protobuf/descriptor.proto). */
interface EnumDescriptor {
  readonly name: string;
  readonly value: readonly { readonly name: string; readonly number: number }[];
}
interface FieldDescriptor {
  readonly name: string;
  readonly number: number;
  readonly label: string;
  readonly type: string;
  readonly typeName: string;
}
interface MessageDescriptor {
  readonly name: string;
  readonly field: readonly FieldDescriptor[];
  readonly nestedType: readonly MessageDescriptor[];
  readonly enumType: readonly EnumDescriptor[];
  readonly options: { readonly mapEntry?: boolean } | null;
}

const root = join(import.meta.dirname, "..");
const published: Table = JSON.parse(
  readFileSync(join(root, "test/fixtures/cri-api-v0.37.2.json"), "utf8"),
);
const loaded = tableOf(loadProtocol());

/** `log_directory` → `logDirectory`, as the loader renames fields. */
function camelCase(name: string): string {
  return name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/** The published name of a loaded field; the loader's own spelling when there is none such. */
function publishedName(message: string, { name, number }: FieldDescriptor): string {
  const expected = published.messages[message]?.find((field) => field.number === number)?.name;
  const spelled = expected?.replace("CDI_devices", "CDIDevices");
  return expected !== undefined && camelCase(spelled ?? expected) === name ? expected : name;
}

function typeOf(message: MessageDescriptor, field: FieldDescriptor): string {
  const entry = message.nestedType.find((nested) => nested.name === field.typeName);
  if (entry?.options?.mapEntry === true) {
    const [key, value] = entry.field.map((part) => typeOf(entry, part));
    return `map<${key},${value}>`;
  }
  const base =
    field.typeName === "" ? field.type.replace("TYPE_", "").toLowerCase() : field.typeName;
  return field.label === "LABEL_REPEATED" ? `repeated ${base}` : base;
}

function fieldsOf(message: MessageDescriptor): readonly Field[] {
  return message.field
    .map((field) => ({
      number: field.number,
      name: publishedName(message.name, field),
      type: typeOf(message, field),
    }))
    .toSorted((a, b) => a.number - b.number);
}

function valuesOf(descriptor: EnumDescriptor): Readonly<Record<string, number>> {
  return Object.fromEntries(descriptor.value.map(({ name, number }) => [name, number]));
}

/** A line as in the table: `Exec(ExecRequest) returns (ExecResponse)`, with `stream` where it streams. */
function rpcLines(service: ServiceDefinition): readonly string[] {
  return Object.entries(service).map(([name, rpc]) => {
    const request = `${rpc.requestStream ? "stream " : ""}${(rpc.requestType.type as MessageDescriptor).name}`;
    const answer = `${rpc.responseStream ? "stream " : ""}${(rpc.responseType.type as MessageDescriptor).name}`;
    return `${name}(${request}) returns (${answer})`;
  });
}

type Definitions = ReturnType<typeof loadProtocol>;
type ServiceDefinition = Extract<Definitions[string], Record<string, { responseStream: boolean }>>;

function tableOf(definitions: Definitions): Table {
  const enums: Record<string, Readonly<Record<string, number>>> = {};
  const messages: Record<string, readonly Field[]> = {};
  const services: Record<string, readonly string[]> = {};
  const packages = new Set<string>();
  for (const [fullName, definition] of Object.entries(definitions)) {
    const name = fullName.slice(fullName.lastIndexOf(".") + 1);
    packages.add(fullName.slice(0, fullName.lastIndexOf(".")));
    if (!("format" in definition)) services[name] = rpcLines(definition as ServiceDefinition);
    else if ("value" in definition.type) {
      enums[name] = valuesOf(definition.type as EnumDescriptor);
    } else messages[name] = fieldsOf(definition.type as MessageDescriptor);
  }
  return { package: [...packages].join(" "), enums, messages, services };
}

test("every message, field, enum and RPC is the published one", () => {
  assert.deepEqual(loaded, published);
});

test("there are 43 RPCs, 175 messages and 10 enums", () => {
  const counts = [
    Object.values(loaded.services).flat().length,
    Object.keys(loaded.messages).length,
    Object.keys(loaded.enums).length,
  ];
  assert.deepEqual(counts, [43, 175, 10]);
});

test("the profile types, which lie inside a message, have their published numbers", () => {
  const profile = loadProtocol()["runtime.v1.SecurityProfile"]
    ?.type as unknown as MessageDescriptor;
  assert.deepEqual(
    profile.enumType.map((nested) => [nested.name, valuesOf(nested)]),
    [["ProfileType", { RuntimeDefault: 0, Unconfined: 1, Localhost: 2 }]],
  );
});

test("the types were generated with the options that the loader uses", () => {
  const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const flags = String(scripts["gen:types"])
    .split(" ")
    .filter((word) =>
      /^--(longs|enums|bytes|keepCase|defaults|arrays|objects|oneofs|json)/.test(word),
    );
  const wanted = Object.entries(loaderOptions).map(([name, value]) =>
    value === true ? `--${name}` : `--${name}=${value.name}`,
  );
  assert.deepEqual(flags.toSorted(), wanted.toSorted());
});
