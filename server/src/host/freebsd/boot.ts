import { deviceCatalog } from "../../catalog/freebsd/devfs.ts";
import { ensureDirectory, HOST_ROOT, makeFileSystem, placeMount } from "../filesystem/build.ts";
import type { Mount } from "../filesystem/types.ts";
import type { Host } from "../host.ts";
import type { HostDescription } from "../machine/definition.ts";
import { parseRules } from "../machine/rulesets.ts";
import { makeDevice } from "./filesystem/devfs.ts";
import type { FreeBsdState, Prison } from "./types.ts";

/** A FreeBSD kernel as it is when the machine has booted. */

/** Source: JAIL_MAX in sys/kern/kern_jail.c. */
const JAIL_MAX = 999_999;

export function freebsdState(description: HostDescription): FreeBsdState {
  const cpus = Array.from({ length: description.cpus }, (_, cpu) => cpu);
  return {
    resources: { rules: [], cpusets: { "1": { id: 1, root: 1, cpus, container: 0 } }, nextCpuset: 2 },
    prisons: { "0": buildPrison0(description) },
    lastJid: 0,
    devfsRulesets: Object.fromEntries(
      Object.entries(description.devfsRulesets).map(([number, lines]) => [number, parseRules(lines)]),
    ),
    registered: [],
    jailDescriptors: {},
  };
}

/** The drivers' nodes and the host's /dev over them. A terminal or a guest is there once somebody makes it. */
export function mountDevfs(host: Host): Mount {
  for (const { name, owned } of deviceCatalog) if (!owned) makeDevice(host, name);
  const fs = makeFileSystem(host, "devfs", 0, 0o555);
  const covers = ensureDirectory(host, "/dev", false);
  return placeMount(host, {
    filesystem: fs.id,
    type: "devfs",
    from: "devfs",
    covers,
    path: "/dev",
    options: ["local"],
  });
}

/** The prison that the host itself is. Source: prison0 in sys/kern/kern_jail.c. */
function buildPrison0(description: HostDescription): Prison {
  const everyAddress = { restricted: false, own: false, addresses: [], sourceSelection: true };
  return {
    jid: 0,
    name: "",
    parent: 0,
    children: [],
    childrenCur: 0,
    state: "alive",
    path: "/",
    root: { ...HOST_ROOT },
    ownHost: true,
    hostname: description.hostname,
    domainname: description.domainname,
    hostuuid: description.hostuuid,
    hostid: description.hostid,
    ip4: everyAddress,
    ip6: { ...everyAddress, addresses: [] },
    vnet: 0,
    ownVnet: true,
    persist: true,
    allow: [],
    securelevel: Number(description.sysctls["kern.securelevel"] ?? -1),
    enforceStatfs: 0,
    devfsRuleset: 0,
    childrenMax: JAIL_MAX,
    osrelease: `${description.release}-RELEASE`,
    osreldate: osreldateOf(description.release),
    cpuset: 1,
    sysv: { shm: 0, sem: 0, msg: 0 },
    parameters: {},
    extraRefs: 0,
    causes: {},
    created: 0,
  };
}

/** Releases whose number does not follow from their name. Source: porter's handbook, table of __FreeBSD_version. */
const OSRELDATE: Readonly<Record<string, number>> = {
  "12.0": 1_200_086,
  "13.0": 1_300_139,
  "13.2": 1_302_001,
  "13.3": 1_303_001,
  "14.0": 1_400_097,
  "15.0": 1_500_068,
};

function osreldateOf(release: string): number {
  const [major = 0, minor = 0] = release.split(".").map(Number);
  return OSRELDATE[release] ?? major * 100_000 + minor * 1000;
}
