/** Objects are sent as JSON, which is how docker takes filters. */
export type QueryValue = string | number | boolean | Readonly<Record<string, readonly string[]>>;

/** One HTTP request to the engine. */
export interface DockerRequest {
  readonly method: "GET" | "POST" | "DELETE";
  /** Without the version in front: `/containers/json`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, QueryValue>>;
  readonly body?: object;
  /** How long the answer may take, for streams its head; 30 s when not said. */
  readonly timeoutMillis?: number;
  /** The X-Registry-Auth header, base64url. Never logged. */
  readonly registryAuth?: string;
}
