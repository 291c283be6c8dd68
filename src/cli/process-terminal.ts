import { once } from "node:events";
import type { Screen, Terminal, TerminalInput } from "./verb.ts";

/** Returns the terminal, pipes or files that this process was started on. A reader of ours that goes away (`| head`) ends the program. */
export function processTerminal(): Terminal {
  const { stdout, stderr } = process;
  for (const stream of [stdout, stderr]) stream.on("error", () => process.exit(1));
  return {
    out: (text) => write(stdout, text),
    err: (text) => write(stderr, text),
    input: (): TerminalInput => {
      // The first look opens it.
      const { stdin } = process;
      return { stream: stdin, screen: stdin.isTTY ? screen() : undefined };
    },
    interrupted: async () => {
      await Promise.race([once(process, "SIGINT"), once(process, "SIGTERM")]);
    },
  };
}

/** Resolves when the text is handed to the system. */
function write(stream: NodeJS.WriteStream, text: string | Uint8Array): Promise<void> {
  return new Promise((resolve) => stream.write(text, () => resolve()));
}

/** The output tells the size; with none of them on a terminal nobody does. */
function screen(): Screen {
  const { stdin, stdout, stderr } = process;
  const output = [stdout, stderr].find(({ isTTY }) => isTTY);
  return {
    size: () => output && { width: output.columns, height: output.rows },
    onResize: (changed) => {
      output?.on("resize", changed);
      return { [Symbol.dispose]: () => void output?.off("resize", changed) };
    },
    raw: () => {
      stdin.setRawMode(true);
      return { [Symbol.dispose]: () => void stdin.setRawMode(false) };
    },
  };
}
