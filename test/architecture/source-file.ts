import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type ParseResult, parseSync } from "oxc-parser";

/** One import of any form: static, dynamic, `export … from`, `import("x").T`. */
export interface Import {
  readonly specifier: string;
  readonly typeOnly: boolean;
}

/** A function with a body of its own, in lines. */
export interface FunctionSize {
  readonly startLine: number;
  readonly lines: number;
}

/** A parsed file below src/; `path` is relative to src/. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
  readonly lines: number;
  readonly syntaxErrors: readonly string[];
  readonly imports: readonly Import[];
  readonly functions: readonly FunctionSize[];
  /** What a pure file must not hold: `await`, `Date.now`, `process` … with the line. */
  readonly impurities: readonly string[];
  /** Exported functions and classes without a doc comment before them. */
  readonly undocumented: readonly string[];
}

/** Reads and parses every TypeScript file below `folder`; tests are left out, generated files are kept. */
export function readSources(folder: string): readonly SourceFile[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".ts") && !path.endsWith(".test.ts"))
    .sort()
    .map((path) => parseSource(path, readFileSync(join(folder, path), "utf8")));
}

/** Parses one file; where it does not parse, `syntaxErrors` says so and the rest is what could be read. */
export function parseSource(path: string, text: string): SourceFile {
  const parsed = parseSync(path, text);
  const lineOf = (offset: number): number => text.slice(0, offset).split("\n").length;
  const nodes = [...walk(parsed.program)];
  return {
    path,
    text,
    lines: text.trimEnd().split("\n").length,
    syntaxErrors: parsed.errors.map(({ message }) => message),
    imports: [...moduleImports(parsed, text), ...nodes.flatMap(importTypeOf)],
    functions: nodes.filter(isFunction).map((node) => ({
      startLine: lineOf(node.start),
      lines: lineOf(node.end) - lineOf(node.start) + 1,
    })),
    impurities: nodes.flatMap((node) =>
      impurityOf(node).map((what) => `${what} in line ${lineOf(node.start)}`),
    ),
    undocumented: undocumentedExports(parsed),
  };
}

interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [field: string]: unknown;
}

function isNode(value: unknown): value is Node {
  return (
    typeof value === "object" && value !== null && "type" in value && typeof value.type === "string"
  );
}

function* walk(value: unknown): Generator<Node> {
  if (Array.isArray(value)) {
    for (const item of value) yield* walk(item);
    return;
  }
  if (!isNode(value)) return;
  yield value;
  for (const child of Object.values(value)) {
    if (typeof child === "object" && child !== null) yield* walk(child);
  }
}

function moduleImports({ module }: ParseResult, text: string): readonly Import[] {
  const fromImports = module.staticImports.map(({ moduleRequest, entries }) => ({
    specifier: moduleRequest.value,
    typeOnly: entries.length > 0 && entries.every((entry) => entry.isType),
  }));
  const fromExports = module.staticExports.flatMap(({ entries }) =>
    entries.flatMap(({ moduleRequest, isType }) =>
      moduleRequest ? [{ specifier: moduleRequest.value, typeOnly: isType }] : [],
    ),
  );
  const dynamic = module.dynamicImports.map(({ moduleRequest }) => ({
    specifier: text.slice(moduleRequest.start, moduleRequest.end).replace(/^(["'`])(.*)\1$/, "$2"),
    typeOnly: false,
  }));
  return [...fromImports, ...fromExports, ...dynamic];
}

/** `import("x").T` in a type is no import statement and has no entry in the module record. */
function importTypeOf(node: Node): readonly Import[] {
  if (node.type !== "TSImportType" || !isNode(node["source"])) return [];
  const { value } = node["source"];
  return typeof value === "string" ? [{ specifier: value, typeOnly: true }] : [];
}

function isFunction(node: Node): boolean {
  const types = ["FunctionDeclaration", "FunctionExpression", "ArrowFunctionExpression"];
  return types.includes(node.type) && isNode(node["body"]);
}

const impureMembers = ["Date.now", "Math.random", "performance.now"];
const impureGlobals = ["process", "setTimeout", "setInterval", "setImmediate", "fetch"];

function impurityOf(node: Node): readonly string[] {
  if (node.type === "AwaitExpression") return ["await"];
  if (node["async"] === true) return ["async"];
  if (node.type === "NewExpression" && nameOf(node["callee"]) === "Date") {
    return Array.isArray(node["arguments"]) && node["arguments"].length > 0 ? [] : ["new Date()"];
  }
  if (node.type === "CallExpression" && impureGlobals.includes(nameOf(node["callee"]))) {
    return [nameOf(node["callee"])];
  }
  if (node.type !== "MemberExpression") return [];
  const object = nameOf(node["object"]);
  const member = `${object}.${nameOf(node["property"])}`;
  return impureMembers.includes(member) || object === "process" ? [member] : [];
}

function nameOf(node: unknown): string {
  return isNode(node) && node.type === "Identifier" && typeof node["name"] === "string"
    ? node["name"]
    : "";
}

function undocumentedExports({ program, comments }: ParseResult): readonly string[] {
  const docEnds = comments.filter(({ type, value }) => type === "Block" && value.startsWith("*"));
  return [...walk(program.body)].flatMap((node) => {
    if (node.type !== "ExportNamedDeclaration" || !isNode(node["declaration"])) return [];
    const declaration = node["declaration"];
    if (!["FunctionDeclaration", "ClassDeclaration"].includes(declaration.type)) return [];
    const previousEnd = endOfStatementBefore(program.body, node.start);
    const documented = docEnds.some(({ start, end }) => start >= previousEnd && end <= node.start);
    return documented ? [] : [nameOf(declaration["id"])];
  });
}

function endOfStatementBefore(body: readonly { end: number }[], start: number): number {
  return Math.max(0, ...body.map(({ end }) => end).filter((end) => end <= start));
}
