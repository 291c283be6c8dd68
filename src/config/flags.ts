import { type ParseArgsConfig, parseArgs } from "node:util";
import { CriError, messageOf } from "../model/error.ts";
import { nearest } from "./nearest.ts";
import { settingEntries } from "./read-settings.ts";

/** What a verb accepts, in the words of `node:util`. */
export type FlagOptions = NonNullable<ParseArgsConfig["options"]>;
/** A flag's text, all its texts when it may be repeated, or true for a flag without a value. */
export type FlagValues = Readonly<
  Record<string, string | boolean | readonly (string | boolean)[] | undefined>
>;

/** Flag values and what stands beside them, in their order. */
export interface ParsedFlags {
  readonly values: FlagValues;
  readonly positionals: readonly string[];
}

/** Returns the options that set settings, for `parseFlags`. */
export function settingFlags(): FlagOptions {
  return Object.fromEntries(
    settingEntries().flatMap(({ setting }) =>
      setting.flag === undefined
        ? []
        : [[setting.flag, { type: "string", multiple: setting.repeatable } as const]],
    ),
  );
}

/** Takes arguments as `--flag value`, `--flag=value` and words; throws InvalidArgument that names the flag. */
export function parseFlags(args: readonly string[], options: FlagOptions): ParsedFlags {
  refuseUnknown(args, options);
  try {
    return parseArgs({ args: [...args], options, strict: true, allowPositionals: true });
  } catch (thrown) {
    throw new CriError("InvalidArgument", complaint(messageOf(thrown)), { cause: thrown });
  }
}

/** Our own words for the most common slip: parseArgs would explain the use of `--` instead of naming the near one. */
function refuseUnknown(args: readonly string[], options: FlagOptions): void {
  const { tokens } = parseArgs({
    args: [...args],
    options,
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  for (const token of tokens) {
    if (token.kind !== "option" || Object.hasOwn(options, token.name)) continue;
    const meant = nearest(token.name, Object.keys(options));
    const hint = meant === undefined ? "" : `; did you mean --${meant}?`;
    throw new CriError("InvalidArgument", `unknown flag ${token.rawName}${hint}`);
  }
}

function complaint(message: string): string {
  const [, flag] = /^Option '(?:-\w, )?(--[\w-]+).*' argument is ambiguous/.exec(message) ?? [];
  if (flag !== undefined) return `${flag} needs a value; one that begins with - is ${flag}=VALUE`;
  return message.split(/[.\n]/, 1)[0] ?? message;
}
