import { readlinkSync } from "node:fs";
import { basename } from "node:path";
import { errnoOf } from "../model/error.ts";

/** More numbers than a node has devices. */
const maxKnown = 1_000;

/** Names of block devices by their numbers, remembered: a node has few, and each sample asks for them. */
export class DeviceNames {
  readonly #known = new Map<string, string>();

  /** Returns `/dev/NAME` for `MAJOR:MINOR`; empty when the kernel knows no such device. */
  readonly of = (numbers: string): string => {
    const known = this.#known.get(numbers);
    if (known !== undefined) return known;
    const name = look(numbers);
    // Numbers are given anew after a device is unplugged: forgetting all now and then costs nothing.
    if (this.#known.size >= maxKnown) this.#known.clear();
    this.#known.set(numbers, name);
    return name;
  };
}

/** /sys/dev/block/254:0 is a link to …/block/vda; `!` stands for a slash in a device's name. */
function look(numbers: string): string {
  try {
    return `/dev/${basename(readlinkSync(`/sys/dev/block/${numbers}`)).replaceAll("!", "/")}`;
  } catch (thrown) {
    if (errnoOf(thrown) === "ENOENT") return "";
    throw thrown;
  }
}
