import { runCli } from "./cli/run-cli.ts";
import type { Terminal } from "./cli/verb.ts";
import { version } from "./version.ts";

const terminal: Terminal = {
  out: (text) => write(process.stdout, text),
  err: (text) => write(process.stderr, text),
};

/** Resolves when the text is handed to the system; a reader that has gone away (`| head`) ends the program quietly. */
function write(stream: NodeJS.WriteStream, text: string | Uint8Array): Promise<void> {
  return new Promise((resolve) => stream.write(text, () => resolve()));
}

for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", () => process.exit(1));
}

process.exitCode = await runCli(process.argv.slice(2), terminal, {
  version,
  serve: async (config) => (await import("./daemon.ts")).runDaemon(config),
});
