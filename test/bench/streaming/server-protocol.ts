/** Asks a server under measurement for a URL. */
export interface ServerRequest {
  readonly verb: "exec" | "forward";
  readonly command?: readonly string[];
  readonly stdin?: boolean;
  readonly stdout?: boolean;
}

export interface ServerAnswer {
  readonly id: number;
  readonly url: string;
  readonly error: string;
}
