import type { CniArgs } from "./attachment-args.ts";

/** The verbs of the CNI that are used here. */
export type CniCommand = "ADD" | "DEL" | "STATUS" | "GC" | "VERSION";

/** The parameters of an attachment that plugins read from their environment. */
export interface CniParameters {
  readonly sandboxId: string;
  /** Empty: there is none any more. */
  readonly netnsPath: string;
  readonly ifName: string;
  readonly cniArgs: CniArgs;
}

/** One execution of a plugin. */
export interface PluginCall {
  readonly command: CniCommand;
  readonly type: string;
  /** Where the plugin is asked for, for messages: the configuration's file. */
  readonly file: string;
  readonly stdin: string;
  /** undefined for the verbs that concern no attachment. */
  readonly parameters: CniParameters | undefined;
}

/** Returns how messages name a call: `CNI plugin bridge (/etc/cni/net.d/10-net.conflist) failed ADD`. */
export function titleOf({ type, file, command }: PluginCall): string {
  return `CNI plugin ${type} (${file}) failed ${command}`;
}
