import { parseAddress } from "../../network/addresses.ts";
import { findInterface } from "../../network/interfaceIndex.ts";
import { vnet } from "../../network/vnets.ts";
import { causeOf, isExclusive, resourcesOf, textOf } from "../configuration.ts";
import { illumosOf } from "../state.ts";
import type { ZoneResource } from "../types.ts";
import { zoneNamed } from "../zoneIndex.ts";
import { findZone, GLOBAL } from "../zones.ts";
import { type Finding, problem, type Verification, warning } from "./findings.ts";

/** `net` resources. Source: verify_details(), verify_datalink() in usr/src/cmd/zoneadm/zoneadm.c. */

export function verifyNetworks(about: Verification): Finding[] {
  const { definition } = about.entry;
  const check = isExclusive(definition) ? verifyLink : verifyInterface;
  return resourcesOf(definition, "net").flatMap((net) => check(about, net));
}

/** Shared IP: an address, and an interface that is there in the global zone. */
function verifyInterface({ host }: Verification, net: ZoneResource): Finding[] {
  const address = textOf(net, "address") ?? "";
  const physical = textOf(net, "physical") ?? "";
  const findings: Finding[] = [];
  const cut = address.indexOf("/");
  const plain = cut < 0 ? address : address.slice(0, cut);
  const prefix = cut < 0 ? undefined : address.slice(cut + 1);
  // A name is looked up, and what the machine knows of names is not part of the model.
  const known = () => parseAddress(plain) !== undefined || /^[A-Za-z][A-Za-z0-9.-]*$/.test(plain);
  if (address !== "" && !known())
    findings.push(problem("net-address", `net ${address}: that is no address`, causeOf(net, "address")));
  else if (prefix !== undefined && !/^\d{1,3}$/.test(prefix))
    findings.push(
      problem("net-address", `net ${address}: the length of the prefix is wrong`, causeOf(net, "address")),
    );
  if (physical !== "" && !findInterface(vnet(host, 0), physical))
    findings.push(
      warning(
        "net-interface",
        `net ${address}: interface ${physical} is not plumbed in the global zone, and the zone would boot without it`,
        causeOf(net, "physical"),
      ),
    );
  return findings;
}

/** Exclusive IP: a link that nobody else uses. That it is free is told again, and then insisted on, at boot. */
function verifyLink({ host, entry }: Verification, net: ZoneResource): Finding[] {
  const physical = textOf(net, "physical") ?? "";
  if (physical === "") return [];
  const say = (rule: string, text: string) =>
    warning(rule, `net ${physical}: ${text}`, causeOf(net, "physical"));
  const link = illumosOf(host).links[physical];
  const own = zoneNamed(host, entry.name);
  if (link && link.zone !== GLOBAL && link.zone !== own?.id)
    return [say("net-used", `zone ${findZone(host, link.zone)?.name ?? link.zone} has the link`)];
  if (link?.zone !== own?.id && findInterface(vnet(host, 0), physical))
    return [say("net-global", "the global zone uses the link")];
  return [];
}
