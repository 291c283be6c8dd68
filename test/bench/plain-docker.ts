import { createHash } from "node:crypto";
import { Agent, type IncomingMessage, request } from "node:http";
import { buffer } from "node:stream/consumers";
import { type TarEntry, tar } from "../harness/tar.ts";

/** Docker's API with nothing around it. */
export class PlainDocker implements Disposable {
  readonly #socketPath: string;
  readonly #agent = new Agent({ keepAlive: true });

  constructor(socketPath: string) {
    this.#socketPath = socketPath;
  }

  /** Returns the parsed answer; throws with docker's words for a status of 400 and above. */
  async call(method: string, path: string, body?: object | Buffer): Promise<unknown> {
    const sent = Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body ?? {}));
    const type = Buffer.isBuffer(body) ? "application/x-tar" : "application/json";
    const { status, text } = await new Promise<{ status: number; text: string }>(
      (resolve, reject) => {
        const read = async (answer: IncomingMessage): Promise<void> =>
          resolve({
            status: answer.statusCode ?? 0,
            text: (await buffer(answer)).toString(),
          });
        request(
          {
            socketPath: this.#socketPath,
            agent: this.#agent,
            method,
            path: `/v1.41${path}`,
            headers:
              method === "POST" ? { "content-type": type, "content-length": sent.length } : {},
          },
          (answer) => void read(answer).catch(reject),
        )
          .on("error", reject)
          .end(method === "POST" ? sent : undefined);
      },
    );
    if (status >= 400) throw new Error(`docker ${method} ${path}: ${text}`);
    return text.startsWith("{") && !text.includes("}\r\n{") ? JSON.parse(text) : undefined;
  }

  /** Gives the engine an image of one layer without a registry. */
  async load(
    reference: string,
    layer: readonly TarEntry[],
    config: Readonly<Record<string, unknown>>,
  ): Promise<void> {
    const layerTar = tar(layer);
    const digest = createHash("sha256").update(layerTar).digest("hex");
    const image = {
      architecture: process.arch === "x64" ? "amd64" : process.arch,
      os: "linux",
      created: "1970-01-01T00:00:00Z",
      config,
      rootfs: { type: "layers", diff_ids: [`sha256:${digest}`] },
    };
    const manifest = [{ Config: "config.json", RepoTags: [reference], Layers: ["layer.tar"] }];
    const file = (path: string, content: Buffer): TarEntry => ({ path, type: "file", content });
    const archive = tar([
      file("config.json", Buffer.from(JSON.stringify(image))),
      file("layer.tar", Buffer.from(layerTar)),
      file("manifest.json", Buffer.from(JSON.stringify(manifest))),
    ]);
    await this.call("POST", "/images/load?quiet=1", Buffer.from(archive));
  }

  [Symbol.dispose](): void {
    this.#agent.destroy();
  }
}
