import { busyboxTree, pauseEntrypoint, pauseTree } from "../harness/busybox-tree.ts";
import type { PushedImage, Registry } from "../harness/registry.ts";
import type { TarEntry } from "../harness/tar.ts";

/** The images of the suite, by what they are for. */
export interface SuiteImages {
  readonly pause: PushedImage;
  readonly busybox: PushedImage;
  readonly userNumber: PushedImage;
  readonly userName: PushedImage;
  readonly userGroup: PushedImage;
  readonly worker: PushedImage;
  readonly defaults: PushedImage;
  readonly stopSignal: PushedImage;
  readonly manyTags: PushedImage;
  readonly first: PushedImage;
  readonly second: PushedImage;
}

const path = "PATH=/bin";

/** Makes every image of the suite out of the static busybox and pushes it. */
export async function pushSuiteImages(registry: Registry): Promise<SuiteImages> {
  const tree = await busyboxTree();
  const push = (name: string, config: object, more: { tags?: string[]; layer?: TarEntry[] } = {}) =>
    registry.push({
      name: `conformance/${name}`,
      tags: more.tags ?? ["1"],
      layers: [tree, ...(more.layer === undefined ? [] : [more.layer])],
      config: { Cmd: ["sh"], Env: [path], ...config },
    });
  const marked = (text: string): TarEntry[] => [
    { path: "etc/mark", type: "file", content: Buffer.from(text) },
  ];
  return {
    pause: await registry.push({
      name: "conformance/pause",
      tags: ["1"],
      layers: [pauseTree()],
      config: { Entrypoint: pauseEntrypoint, Env: [path] },
    }),
    busybox: await push("busybox", {}),
    userNumber: await push("user-number", { User: "1002" }),
    userName: await push("user-name", { User: "www-data" }),
    userGroup: await push("user-group", { User: "1003:33" }),
    worker: await push("worker", { User: "1000" }),
    defaults: await push("defaults", {
      Entrypoint: ["/bin/echo", "entrypoint"],
      Cmd: ["cmd"],
      Env: [path, "FROM_IMAGE=image", "BOTH=image"],
      WorkingDir: "/var/www",
    }),
    stopSignal: await push("stop-signal", { StopSignal: "SIGUSR1" }),
    manyTags: await push("many-tags", {}, { tags: ["a", "b", "c"], layer: marked("tags") }),
    first: await push("first", {}, { layer: marked("first") }),
    second: await push("second", {}, { layer: marked("second") }),
  };
}
