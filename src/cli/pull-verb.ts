import { pullImage } from "../client/pod-calls.ts";
import { endpointFlags, withEndpoint } from "./endpoint.ts";
import type { Verb } from "./verb.ts";

/** Pulls an image, without credentials, and prints its reference. */
export const verb: Verb = {
  usage: "pull [FLAGS] IMAGE",
  flags: endpointFlags,
  least: 1,
  most: 1,
  prepare: ({ values, positionals: [image = ""] }) =>
    withEndpoint({ timeout: "3600", ...values }, async ({ client, options, json, terminal }) => {
      const spec = {
        image,
        annotations: {},
        userSpecifiedImage: image,
        runtimeHandler: "",
        imageRef: "",
      };
      const imageRef = await pullImage(client, { spec }, options);
      await terminal.out(json ? `${JSON.stringify({ imageRef })}\n` : `${imageRef}\n`);
      return 0;
    }),
};
