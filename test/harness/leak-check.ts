import { readFileSync, writeFileSync } from "node:fs";
import { assertNoLeaks, type Snapshot, snapshot } from "./leaks.ts";

/** `save FILE` takes stock of the host, `compare FILE` fails with what has come since then and is still there. */
const [verb, file] = process.argv.slice(2);
const watched = { dockerEndpoint: "unix:///var/run/docker.sock" };

if (file !== undefined && verb === "save") {
  writeFileSync(file, JSON.stringify(await snapshot(watched)));
} else if (file !== undefined && verb === "compare") {
  await assertNoLeaks(JSON.parse(readFileSync(file, "utf8")) as Snapshot, watched);
} else {
  console.error("usage: leak-check.ts save|compare FILE");
  process.exitCode = 2;
}
