import { dashboardOf } from "./dashboard/layout.ts";
import { rows } from "./dashboard/rows.ts";

/** Prints deploy/grafana/cri-ferry.json. */
process.stdout.write(`${JSON.stringify(dashboardOf("cri-ferry", rows), null, 2)}\n`);
