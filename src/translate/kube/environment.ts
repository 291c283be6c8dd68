import { Buffer } from "node:buffer";
import type { EnvironmentVariable } from "../../model/container.ts";
import { type Fields, refused } from "./fields.ts";

/** Variable name → value, in the order of the manifest. */
export type Environment = ReadonlyMap<string, string>;

/** Reads `env` of a container; values may refer to variables before them. */
export function readEnvironment(container: Fields): Environment {
  const environment = new Map<string, string>();
  for (const variable of container.objects("env")) {
    const name = variable.requiredText("name");
    if (!/^[^=\0]+$/.test(name)) throw refused(variable.at("name"), 'must not hold "="');
    environment.set(name, expand(variable.text("value") ?? "", environment));
    variable.end();
  }
  return environment;
}

/** The environment in the model's form. */
export function environmentVariables(environment: Environment): readonly EnvironmentVariable[] {
  return [...environment].map(([key, value]) => ({ key, value: Buffer.from(value) }));
}

/**
 * Replaces `$(NAME)` by the variable's value; an unknown name stays as it is, and `$$` stands for `$` (the documentation of
 * `command` in v1.Container).
 */
export function expand(text: string, environment: Environment): string {
  return text.replaceAll(/\$(?:\$|\(([^()]*)\))/g, (whole, name: string | undefined) =>
    name === undefined ? "$" : (environment.get(name) ?? whole),
  );
}
