import { findDirectory, putFile } from "../../filesystem/build.ts";
import { nodeOf } from "../../filesystem/nodes.ts";
import type { Host } from "../../host.ts";
import { property, resourcesOf, textOf } from "../configuration.ts";
import { platformOf } from "../platform.ts";
import type { IndexEntry } from "../types.ts";

/**
 * Writes /etc/resolv.conf of a Linux zone from the attributes `resolvers` and `dns-domain`, at each boot; without
 * `resolvers` it is the zone's own affair. How the file is written depends on the distribution, what it says does not.
 * Source: usr/src/lib/brand/lx/zone/lx_boot_zone_*.ksh; the brand of Solaris 10 does not read them.
 */
export function writeResolver(host: Host, { name, definition }: IndexEntry): void {
  if (platformOf(host) === "solaris10" || property(definition, "brand") !== "lx") return;
  const attribute = (wanted: string) =>
    resourcesOf(definition, "attr").find((attr) => textOf(attr, "name") === wanted);
  const resolvers = attribute("resolvers");
  const servers = (resolvers && textOf(resolvers, "value")) ?? "";
  const etc = `${property(definition, "zonepath")}/root/etc`;
  if (!resolvers || servers === "" || !findDirectory(host, etc)) return;
  const old = findDirectory(host, `${etc}/resolv.conf`);
  if (old && nodeOf(host, old).kind !== "file") return;
  const domains = attribute("dns-domain");
  const domain = domains && textOf(domains, "value");
  const lines = [
    "# AUTOMATIC ZONE CONFIG",
    ...servers.split(",").map((server) => `nameserver ${server}`),
    ...(domain ? [`search ${domain}`] : []),
  ];
  putFile(host, `${etc}/resolv.conf`, `${lines.join("\n")}\n`);
  host.emit({
    container: name,
    kind: "zone.boot",
    message: `/etc/resolv.conf names ${servers.split(",").join(", ")}.`,
    outcome: "ok",
    causes: [resolvers, domains].flatMap((attr) => attr?.cause ?? []),
  });
}
