import { CriError } from "../model/error.ts";

/** A port of ours and the port of the pod that it leads to. */
export interface ForwardedPort {
  /** 0: any that is free. */
  readonly local: number;
  readonly remote: number;
}

/** Reads `PORT`, `LOCAL:REMOTE` or `:REMOTE`; throws InvalidArgument for anything else. */
export function parseForwardedPort(text: string): ForwardedPort {
  const [, local, remote] = /^(?:(\d{0,5}):)?(\d{1,5})$/.exec(text) ?? [];
  const to = Number(remote);
  const from = local === undefined ? to : Number(local);
  if (remote !== undefined && to >= 1 && to <= 65_535 && from <= 65_535) {
    return { local: from, remote: to };
  }
  const right = "PORT, LOCAL:REMOTE or :REMOTE would be right, with numbers up to 65535";
  throw new CriError("InvalidArgument", `port ${JSON.stringify(text)}: ${right}`);
}
