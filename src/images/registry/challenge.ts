/** One way in which a server wants to be convinced (RFC 9110, 11.3): `Bearer realm="…",service="…"`. */
export interface Challenge {
  /** In lower case: `basic`, `bearer`. */
  readonly scheme: string;
  readonly parameters: Readonly<Record<string, string>>;
}

const token = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
const parameter = new RegExp(
  `^\\s*(${token})\\s*=\\s*(?:"((?:[^"\\\\]|\\\\.)*)"|(${token}))\\s*(,|$)?`,
);
const scheme = new RegExp(`^[\\s,]*(${token})(?=\\s|,|$)`);

/** Reads a WWW-Authenticate header, which may hold several challenges; stops where it makes no sense. */
export function parseChallenges(header: string): readonly Challenge[] {
  const challenges: Challenge[] = [];
  let rest = header;
  for (let found = scheme.exec(rest); found !== null; found = scheme.exec(rest)) {
    rest = rest.slice(found[0].length);
    const parameters: Record<string, string> = {};
    for (let pair = parameter.exec(rest); pair !== null; pair = parameter.exec(rest)) {
      const [whole, name = "", quoted, plain = ""] = pair;
      parameters[name.toLowerCase()] = quoted?.replaceAll(/\\(.)/g, "$1") ?? plain;
      rest = rest.slice(whole.length);
    }
    challenges.push({ scheme: (found[1] ?? "").toLowerCase(), parameters });
  }
  return challenges;
}
