import type { DnsConfig } from "../../model/pod-sandbox.ts";
import { type Fields, refused } from "./fields.ts";

/** Reads the text of a resolv.conf (resolv.conf(5)): the last `search` or `domain` counts, all servers and options do. */
function parseResolvConf(text: string): DnsConfig {
  const lines = text.split("\n").map((line) =>
    line
      .replace(/[#;].*$/, "")
      .trim()
      .split(/\s+/),
  );
  const valuesOf = (...keys: readonly string[]): readonly (readonly string[])[] =>
    lines.filter(([key]) => keys.includes(key ?? "")).map(([, ...values]) => values);
  return {
    servers: valuesOf("nameserver").flatMap((values) => values.slice(0, 1)),
    searches: valuesOf("search", "domain").at(-1) ?? [],
    options: valuesOf("options").flat(),
  };
}

/**
 * A pod's name resolution by `dnsPolicy` and `dnsConfig`. No cluster is known here, so ClusterFirst means the host's settings, as
 * in a kubelet that was given no cluster DNS.
 */
export function podDns(spec: Fields, hostResolvConf: string): DnsConfig {
  const policies = ["ClusterFirst", "ClusterFirstWithHostNet", "Default", "None"] as const;
  const policy = spec.word("dnsPolicy", policies) ?? "ClusterFirst";
  const own = readDnsConfig(spec.objectOrEmpty("dnsConfig"));
  if (policy === "None" && own.servers.length === 0) {
    throw refused(spec.at("dnsConfig.nameservers"), "is needed with dnsPolicy None");
  }
  const base = policy === "None" ? empty : parseResolvConf(hostResolvConf);
  return {
    servers: [...new Set([...base.servers, ...own.servers])],
    searches: [...new Set([...base.searches, ...own.searches])],
    options: mergedOptions([...base.options, ...own.options]),
  };
}

const empty: DnsConfig = { servers: [], searches: [], options: [] };

function readDnsConfig(fields: Fields): DnsConfig {
  const options = fields.objects("options").map((option) => {
    const name = option.requiredText("name");
    const value = option.text("value");
    option.end();
    return value === undefined ? name : `${name}:${value}`;
  });
  const config = {
    servers: fields.texts("nameservers"),
    searches: fields.texts("searches"),
    options,
  };
  fields.end();
  return config;
}

/** A later option takes the place of an earlier one of the same name. */
function mergedOptions(options: readonly string[]): readonly string[] {
  return [...new Map(options.map((option) => [option.split(":", 1)[0], option])).values()];
}
