import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { freePort } from "./free-port.ts";
import { ServerProcess } from "./server-process.ts";

export interface PrometheusOptions {
  /** Configuration, data and log lie here. */
  readonly folder: string;
  /** One scrape job, as prometheus.yml has it. */
  readonly job: Readonly<Record<string, unknown>>;
  readonly ruleFiles: readonly string[];
}

/** A value of an instant query. */
export interface QueriedSeries {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: number;
}

interface Answer<Data> {
  readonly status: string;
  readonly error?: string;
  readonly data: Data;
}

/** Debian's Prometheus on loopback, with a configuration and data of its own. */
export class Prometheus implements AsyncDisposable {
  readonly #url: string;
  readonly #process: ServerProcess;

  private constructor(url: string, process: ServerProcess) {
    this.#url = url;
    this.#process = process;
  }

  static async start({ folder, job, ruleFiles }: PrometheusOptions): Promise<Prometheus> {
    await mkdir(folder, { recursive: true });
    const address = `127.0.0.1:${await freePort()}`;
    const config = {
      global: { scrape_interval: "500ms", scrape_timeout: "500ms", evaluation_interval: "1s" },
      scrape_configs: [job],
      rule_files: ruleFiles,
    };
    // It reads YAML, of which JSON is a part.
    const configFile = join(folder, "prometheus.yml");
    await writeFile(configFile, JSON.stringify(config));
    const data = `--storage.tsdb.path=${join(folder, "data")}`;
    const process = new ServerProcess({
      file: "prometheus",
      args: [`--config.file=${configFile}`, `--web.listen-address=${address}`, data],
      logFile: join(folder, "prometheus.log"),
    });
    const url = `http://${address}`;
    await process.ready(async () => (await fetch(`${url}/-/ready`)).ok);
    return new Prometheus(url, process);
  }

  /** Evaluates an expression now; throws what Prometheus says against it. */
  async query(expr: string): Promise<readonly QueriedSeries[]> {
    const { result } = await this.get<{
      readonly result: readonly {
        readonly metric: Readonly<Record<string, string>>;
        readonly value: readonly [number, string];
      }[];
    }>(`query?${new URLSearchParams({ query: expr }).toString()}`);
    return result.map(({ metric, value: [, text] }) => ({ metric, value: Number(text) }));
  }

  /** Asks its API, by the path after `/api/v1/`. */
  async get<Data>(path: string): Promise<Data> {
    const response = await fetch(`${this.#url}/api/v1/${path}`);
    const { status, error, data } = (await response.json()) as Answer<Data>;
    if (status !== "success") throw new Error(`Prometheus: ${path}: ${error}`);
    return data;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#process.stop();
  }
}
