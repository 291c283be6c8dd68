/** What a room, or a single file at a boundary, may import of our own code. */
export type RoomTable = Readonly<Record<string, readonly string[]>>;

/**
 * Room → what it may import besides itself. A key that ends in `.ts` is one file, a folder otherwise; the longest match wins,
 * and a file that no key covers fails. A file among what may be imported: that one of its room alone. `(types)` after a name:
 * `import type` only. docs/architecture.md shows the same table.
 */
export const rooms: RoomTable = {
  gen: [],
  model: [],
  "translate/cri": ["model", "gen (types)"],
  "translate/docker": ["model"],
  "translate/oci": ["model"],
  "translate/log": ["model"],
  "translate/kube": ["model"],
  host: ["model"],
  state: ["model", "host"],
  stats: ["model", "host"],
  metrics: ["model"],
  streaming: ["model"],
  logs: ["model", "host", "state", "translate/log"],
  network: ["model", "host", "state"],
  images: ["model", "host", "state"],
  config: ["model"],
  "backends/backend.ts": ["model"],
  "backends/router.ts": ["model", "backends/backend.ts"],
  "backends/docker": [
    "model",
    "backends/backend.ts",
    "translate/docker",
    "logs",
    "network",
    "stats",
    "state",
    "host",
  ],
  "backends/runc": [
    "model",
    "backends/backend.ts",
    "translate/oci",
    "images",
    "logs",
    "network",
    "stats",
    "state",
    "host",
  ],
  runtime: [
    "model",
    "state",
    "stats",
    "backends/backend.ts",
    "backends/router.ts",
    "host/abandonable.ts",
  ],
  ferry: ["model", "runtime", "images", "network", "state", "host", "backends/backend.ts"],
  cri: ["model", "runtime", "translate/cri", "gen", "metrics"],
  client: ["model", "translate/cri", "gen", "streaming"],
  admin: ["model", "runtime", "ferry", "config"],
  cli: ["model", "client", "runtime", "ferry", "state", "config", "translate/kube", "compose.ts"],
  "compose.ts": [
    "compose-docker.ts",
    "version.ts",
    "model",
    "config",
    "runtime",
    "backends/backend.ts",
    "backends/router.ts",
    "backends/docker",
    "backends/runc",
    "network",
    "images",
    "logs",
    "stats",
    "state",
    "metrics",
    "host",
  ],
  "compose-docker.ts": ["model", "config", "backends/docker", "network", "logs", "stats", "host"],
  "version.ts": [],
  "log.ts": ["model"],
  "daemon.ts": [
    "model",
    "log.ts",
    "config",
    "compose.ts",
    "runtime",
    "ferry",
    "cri",
    "streaming",
    "admin",
    "metrics",
    "state",
    "host",
    "backends/backend.ts",
    "backends/router.ts",
  ],
  "main.ts": ["cli", "version.ts", "daemon.ts", "config", "model"],
};

/** npm package or `node:` module → the only rooms that may import it. A package without a row may not be imported at all. */
export const fences: RoomTable = {
  "@grpc/grpc-js": ["cri", "client", "gen (types)"],
  "@grpc/proto-loader": ["cri", "client", "gen (types)"],
  dockerode: ["backends/docker"],
  pino: ["log.ts"],
  "prom-client": ["metrics"],
  "smol-toml": ["config"],
  yaml: ["translate/kube", "cli"],
  "node:child_process": ["host"],
  "node:module": [],
  "node:worker_threads": ["host"],
  "node:cluster": [],
  "node:vm": [],
};

/** Rooms of pure functions: data in, data out. They wait for nothing, read no clock and no process state. */
export const pureRooms: readonly string[] = [
  "model",
  "translate/cri",
  "translate/docker",
  "translate/oci",
  "translate/log",
  "translate/kube",
];

/** The `node:` modules that pure rooms may import: they do no I/O (of `node:net` they take `isIP`). */
export const pureNodeModules: readonly string[] = [
  "node:buffer",
  "node:path",
  "node:util",
  "node:net",
];
