import type { DnsConfig } from "./pod-sandbox.ts";

/** Returns the text of a resolv.conf(5). */
export function resolvConfText(dns: DnsConfig): string {
  return [
    ...(dns.searches.length > 0 ? [`search ${dns.searches.join(" ")}`] : []),
    ...dns.servers.map((server) => `nameserver ${server}`),
    ...(dns.options.length > 0 ? [`options ${dns.options.join(" ")}`] : []),
    "",
  ].join("\n");
}

/**
 * Returns the node's resolv.conf for a pod. Servers on the node's loopback are left out, since no pod reaches them; where that
 * leaves none, those that systemd-resolved asks itself (`resolved`, its own file) are taken, else the text stays as it is.
 */
export function resolvConfOfNode(text: string, resolved: string): string {
  const [own, asked] = [withoutLoopback(text), withoutLoopback(resolved)];
  return [own, asked].find((kept) => nameServer.test(kept)) ?? text;
}

const nameServer = /^[ \t]*nameserver[ \t]/m;
const loopbackServer = /^[ \t]*nameserver[ \t]+(?:127\.|::1\s*$)/;

function withoutLoopback(text: string): string {
  return text
    .split("\n")
    .filter((line) => !loopbackServer.test(line))
    .join("\n");
}

/** The names that every hosts(5) of a container has: RFC 6761, and the multicast groups of RFC 4291 as Debian names them. */
const localHosts = [
  "127.0.0.1\tlocalhost",
  "::1\tlocalhost ip6-localhost ip6-loopback",
  "fe00::0\tip6-localnet",
  "ff00::0\tip6-mcastprefix",
  "ff02::1\tip6-allnodes",
  "ff02::2\tip6-allrouters",
];

/** Returns the text of a hosts(5) by which a pod finds itself. */
export function hostsText(hostname: string, ips: readonly string[]): string {
  const own = ips.map((ip) => `${ip}\t${hostname}`);
  return [...localHosts, ...own, ""].join("\n");
}
