import type { Release } from "../../configuration/jail-conf/types.ts";
import { freshInstallation } from "../../host/machine/default.ts";
import type { HostDescription } from "../../host/machine/definition.ts";
import { MachineFacts } from "../../validation/jail-conf/machine.ts";
import type { Hosts } from "../../workspace/hosts.ts";

const known = new WeakMap<HostDescription, MachineFacts>();
const fresh = new Map<Release, MachineFacts>();

/**
 * What is known of the machine that a configuration is for. A host file that describes another system says nothing of a
 * jail.conf; then, as without one, it is a machine on which FreeBSD was just installed.
 */
export function machineFor(path: string, hosts: Hosts, release: Release): MachineFacts {
  const host = hosts.of(path);
  if (host?.description.system !== "freebsd") {
    const facts = fresh.get(release) ?? new MachineFacts(freshInstallation("freebsd", String(release)));
    fresh.set(release, facts);
    return facts;
  }
  const { description, document } = host;
  const facts = known.get(description) ?? new MachineFacts(description, (place) => document?.at(place));
  known.set(description, facts);
  return facts;
}
