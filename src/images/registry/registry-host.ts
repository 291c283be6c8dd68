/** What may be asked of a host. */
export type HostCapability = "pull" | "resolve" | "push";

/** TLS as a user set it for a host; PEM texts. */
export interface HostTls {
  /** Authorities beside the system's. */
  readonly ca: readonly string[];
  /** A client's certificate with its key, in one text or two. */
  readonly cert: string | undefined;
  readonly key: string | undefined;
  /** Takes any certificate. */
  readonly skipVerify: boolean;
}

/** One server that can give an image: the registry itself or a mirror of it. */
export interface RegistryHost {
  /** With the API's path: `https://mirror.example.com/v2`. No slash at the end. */
  readonly url: string;
  readonly capabilities: ReadonlySet<HostCapability>;
  readonly tls: HostTls;
  readonly headers: Readonly<Record<string, string>>;
  /** The repository's path there: `library/busybox`. */
  readonly path: string;
  /** Whether it is the registry that the reference names: credentials are for it alone. */
  readonly isOrigin: boolean;
  /** `ns=` of a mirror that serves several registries (containerd's hosts.toml); undefined for none. */
  readonly namespace: string | undefined;
}

/** TLS with nothing set. */
export const plainTls: HostTls = { ca: [], cert: undefined, key: undefined, skipVerify: false };
