import * as check from "./checks.ts";
import { amount, choice, type Dictionary, list, type Setting, size, text } from "./setting.ts";

/** Where the settings lie unless `--config` names another file. */
export const defaultConfigFile = "/etc/cri-ferry/config.toml";

const handlerSettings = {
  /** The engine that runs the handler's pods. */
  backend: choice(["docker", "runc"], { default: "docker", comment: [] }),
  /** An OCI runtime that the engine knows by this name; undefined: the engine's own default. */
  runtime: text({ default: undefined, comment: [] }, check.programName),
  /** The runtime's program; only for backend runc. */
  path: text({ default: undefined, comment: [] }, check.absolutePath),
  /** The runtime's state folder; only for backend runc. */
  root: text({ default: undefined, comment: [] }, check.absolutePath),
};

/** Every setting that there is, in the shape of the file. Keys, flags, defaults and comments have no other home. */
export const settings = {
  sandboxImage: text(
    {
      flag: "sandbox-image",
      default: "registry.k8s.io/pause:3.10",
      comment: ["Image of the container that holds a pod's namespaces on Docker."],
    },
    check.imageReference,
  ),
  cgroupDriver: choice(["auto", "cgroupfs", "systemd"], {
    flag: "cgroup-driver",
    default: "auto",
    comment: [
      '"cgroupfs", "systemd", or "auto": as the engine does it. The kubelet is told the same.',
    ],
  }),
  restrictOomScoreAdj: choice(["auto", "always", "never"], {
    flag: "restrict-oom-score-adj",
    default: "auto",
    comment: [
      '"auto": a pod\'s OOM score is raised to the lowest that this process may set; "always": never below',
      'the score of this process; "never": passed on as it is.',
    ],
  }),
  runtimeName: text(
    {
      flag: "runtime-name",
      default: "auto",
      comment: [
        'What stands before "://" in container ids. "auto": "docker" while the docker engine is in use, so',
        'that running pods keep their ids, else "cri-ferry".',
      ],
    },
    check.runtimeName,
  ),
  cri: {
    socket: text(
      {
        flag: "socket",
        default: "/run/cri-ferry/cri-ferry.sock",
        comment: [
          "Where the kubelet connects (its containerRuntimeEndpoint, with unix:// before it).",
        ],
      },
      check.socketPath,
    ),
  },
  state: {
    root: text(
      {
        flag: "root",
        default: "/var/lib/cri-ferry",
        comment: ["What must survive a reboot. One process a folder."],
      },
      check.absolutePath,
    ),
    run: text(
      {
        flag: "run-root",
        default: "/run/cri-ferry",
        comment: ["What lives as long as the machine runs; a tmpfs."],
      },
      check.absolutePath,
    ),
  },
  backends: {
    default: choice(["auto", "docker", "runc"], {
      flag: "backend",
      default: "auto",
      comment: ['Engine of pods that name no handler: "docker", "runc", or "auto": what is there.'],
    }),
    docker: {
      endpoint: text(
        {
          flag: "docker-endpoint",
          default: "unix:///var/run/docker.sock",
          comment: ["The Docker Engine: a local unix socket, since its files are read as well."],
        },
        check.dockerEndpoint,
      ),
    },
  },
  images: {
    progressTimeoutSeconds: amount(
      {
        default: 60,
        comment: [
          "A pull ends when nothing to speak of has come for so long. Unpacking takes as long as it takes.",
        ],
      },
      { min: 1, max: 3_600 },
    ),
    maxDownloads: amount(
      {
        default: 3,
        comment: ["Layers of an image that come at once into the native engine's store."],
      },
      { min: 1, max: 32 },
    ),
    certDirs: list(
      {
        default: ["/etc/containerd/certs.d", "/etc/docker/certs.d"],
        comment: [
          "How registries are reached by the native engine, in containerd's form: REGISTRY/hosts.toml, with mirrors",
          "and certificates, or docker's form: REGISTRY/*.crt.",
        ],
      },
      check.absolutePath,
    ),
    registriesConf: list(
      {
        default: ["/etc/containers/registries.conf"],
        comment: [
          "The same in podman's form (containers-registries.conf(5), version 2), for registries without a hosts.toml.",
        ],
      },
      check.absolutePath,
    ),
    authFiles: list(
      {
        default: ["/run/containers/0/auth.json", "/root/.docker/config.json"],
        comment: ["Credentials for pulls by hand. The kubelet brings its own."],
      },
      check.absolutePath,
    ),
  },
  network: {
    confDirs: list(
      {
        flag: "cni-conf-dir",
        default: ["/etc/cni/net.d"],
        comment: ["Folders with CNI configurations; the first by name is used."],
      },
      check.absolutePath,
    ),
    binDirs: list(
      {
        flag: "cni-bin-dir",
        default: ["/opt/cni/bin", "/usr/lib/cni"],
        comment: ["Folders with CNI plugins, searched in this order."],
      },
      check.absolutePath,
    ),
    cacheDir: text(
      {
        flag: "cni-cache-dir",
        default: "/var/lib/cni/cache",
        comment: [
          "What CNI plugins answered, in libcni's format; shared with the runtime that was here before, so that",
          "its pods can be disconnected.",
        ],
      },
      check.absolutePath,
    ),
  },
  streaming: {
    address: text(
      {
        flag: "streaming-address",
        default: "127.0.0.1:0",
        comment: [
          "Where exec, attach and port-forward sessions come in. Port 0: any free one. With 0.0.0.0 or [::] the",
          "kubelet is told the address of the interface that has the default route.",
        ],
      },
      check.listenAddress,
    ),
    tlsCert: text(
      {
        flag: "streaming-tls-cert",
        default: "",
        comment: [
          "PEM files of a certificate (with its chain) and its key: sessions come in by https. They are read",
          'again when they change. "": plain http.',
        ],
      },
      check.optionalPath,
    ),
    tlsKey: text(
      {
        flag: "streaming-tls-key",
        default: "",
        comment: ["The key of streaming.tlsCert."],
      },
      check.optionalPath,
    ),
    idleTimeoutSeconds: amount(
      {
        flag: "streaming-idle-timeout-seconds",
        default: 14_400,
        comment: ["A session in which nothing is sent either way ends after so long."],
      },
      { min: 1, max: 31_536_000 },
    ),
    creationTimeoutSeconds: amount(
      {
        flag: "streaming-creation-timeout-seconds",
        default: 30,
        comment: ["A client has so long to open the streams that it has asked for."],
      },
      { min: 1, max: 3_600 },
    ),
    tokenSeconds: amount(
      {
        flag: "streaming-token-seconds",
        default: 60,
        comment: ["A URL is good for one use, and for so long."],
      },
      { min: 1, max: 3_600 },
    ),
    maxSessions: amount(
      {
        flag: "streaming-max-sessions",
        default: 1_000,
        comment: ["Sessions at once; one more is refused."],
      },
      { min: 1, max: 100_000 },
    ),
    maxPendingConnections: amount(
      {
        flag: "streaming-max-pending-connections",
        default: 100,
        comment: ["Connections beside them that are no session yet; one more is closed unheard."],
      },
      { min: 1, max: 100_000 },
    ),
    headerTimeoutSeconds: amount(
      {
        flag: "streaming-header-timeout-seconds",
        default: 10,
        comment: ["A connection has so long to say what it wants."],
      },
      { min: 1, max: 600 },
    ),
  },
  metrics: {
    address: text(
      {
        flag: "metrics-address",
        default: "127.0.0.1:9419",
        comment: [
          'Prometheus metrics by HTTP at /metrics, health at /healthz and /readyz; "": off.',
          "Beyond this machine it should be served with a certificate and a token.",
        ],
      },
      check.optionalListenAddress,
    ),
    tlsCert: text(
      {
        flag: "metrics-tls-cert",
        default: "",
        comment: [
          'File with the certificate chain (PEM) to serve them by HTTPS; "": by HTTP. Read again when it changes.',
        ],
      },
      check.optionalPath,
    ),
    tlsKey: text(
      {
        flag: "metrics-tls-key",
        default: "",
        comment: ["File with the certificate's private key (PEM)."],
      },
      check.optionalPath,
    ),
    tokenFile: text(
      {
        flag: "metrics-token-file",
        default: "",
        comment: [
          "File with the bearer token that whoever reads more than the plain health must send. Read again when it",
          'changes; "": none is asked for.',
        ],
      },
      check.optionalPath,
    ),
  },
  admin: {
    socket: text(
      {
        flag: "admin-socket",
        default: "/run/cri-ferry/admin.sock",
        comment: ['Where root debugs this process (cri-ferry debug); "": off.'],
      },
      check.optionalSocketPath,
    ),
  },
  tracing: {
    endpoint: text(
      {
        flag: "tracing-endpoint",
        default: "",
        comment: [
          "An OpenTelemetry collector, HOST:PORT, that takes OTLP by gRPC without TLS, as the kubelet's",
          'tracing.endpoint; "": no tracing.',
        ],
      },
      check.optionalListenAddress,
    ),
    samplingRatePerMillion: amount(
      {
        flag: "tracing-sampling-rate-per-million",
        default: 0,
        comment: [
          "Of a million calls that belong to no trace, so many begin one. Those of a caller who traces are",
          "traced as the caller does.",
        ],
      },
      { min: 0, max: 1_000_000 },
    ),
  },
  log: {
    level: choice(["debug", "info", "warn", "error"], {
      flag: "log-level",
      default: "info",
      comment: ["This program's own log on stderr: the least level that is written."],
    }),
    format: choice(["json", "pretty"], {
      flag: "log-format",
      default: "json",
      comment: ['"json": one object a line; "pretty": for eyes.'],
    }),
  },
  logs: {
    adopt: choice(["history", "tail"], {
      flag: "adopt-logs",
      default: "history",
      comment: [
        'Logs of pods that another runtime began: "history": the CRI log gets all that docker still has;',
        '"tail": only what comes from now on.',
      ],
    }),
    dockerBuffer: size(
      {
        flag: "docker-log-buffer",
        default: 32 * 2 ** 20,
        comment: [
          "Docker's own log files of a container may grow to this size. It bounds how far the CRI log may",
          "lag behind without a loss.",
        ],
      },
      { minBytes: 2 ** 20, maxBytes: 2 ** 40 },
    ),
  },
  handlers: {
    entries: handlerSettings,
    required: ["backend"],
    checkName: check.handlerName,
    comment: [
      "Runtime handlers, as RuntimeClass names them: which engine, and which OCI runtime on it.",
      "backend is needed; runtime is the engine's default if not said; path (the program) and root (its",
      "state folder) are for runc-like runtimes of backend runc.",
      "",
      "[handlers.gvisor]",
      'backend = "docker"',
      'runtime = "runsc"',
    ],
  } satisfies Dictionary<typeof handlerSettings>,
};

type Values<Node> =
  Node extends Setting<infer V>
    ? V
    : Node extends Dictionary<infer G>
      ? Readonly<Record<string, Values<G>>>
      : { readonly [K in keyof Node]: Values<Node[K]> };

/** All settings, checked, in the shape of the file. */
export type Config = Values<typeof settings>;
