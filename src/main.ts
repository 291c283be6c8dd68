import { processTerminal } from "./cli/process-terminal.ts";
import { runCli } from "./cli/run-cli.ts";
import { version } from "./version.ts";

process.exitCode = await runCli(process.argv.slice(2), processTerminal(), {
  version,
  serve: async (config) => (await import("./daemon.ts")).runDaemon(config),
});
