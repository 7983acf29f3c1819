import type { Rule } from "../../rule.ts";
import { MOST_RESOURCES, MOST_ZONES } from "../dryBoot/limits.ts";
import { block } from "./example.ts";
import { on, zone } from "./onMachine.ts";

const WITHOUT = `Without a host file whatever the zone needs of the machine is taken to be there, and what is refused nevertheless is *information*; so is what a host file does not speak of, such as links where it has no \`links\`. A zone with more than ${MOST_RESOURCES} resources is not tried, nor are the zones behind the first ${MOST_ZONES} of a file.`;
const VPLAT = "usr/src/cmd/zoneadmd/vplat.c";
const ZONEADM = "usr/src/cmd/zoneadm/zoneadm.c";

const net = (physical: string, address: string) =>
  block("net", `set physical=${physical}`, `set address=${address}`);
const cpus = (count: number) => block("dedicated-cpu", `set ncpus=${count}`);
const fs = (special: string) => block("fs", "set dir=/data", "set type=lofs", `set special=${special}`);
const dataset = (name: string) => block("dataset", `set name=${name}`);

/**
 * What the configuration, installation and boot of a zone on a copy of the machine show to be refused: these rules have no
 * check of their own. See `dryBoot.ts`.
 */
const rules: readonly Rule[] = [
  {
    code: "host/zone-verify",
    severity: "error",
    title: "`zoneadm verify` refuses the zone",
    explanation: `Before it installs or boots a zone, zoneadm(8) looks whether the machine has what the configuration names: the brand, file systems, datasets, a zonepath that nobody but root can enter. What it only warns of is a *warning* here. ${WITHOUT}`,
    bad: on({}, zone("web", fs("/export/none"))),
    good: on({ directories: ["/export/web"] }, zone("web", fs("/export/web"))),
    source: ZONEADM,
  },
  {
    code: "host/zone-install",
    severity: "warning",
    title: "The zone cannot be installed as usual",
    explanation: `The files of the zone cannot be put into its zonepath: brands that are made of packages want a dataset there, so that the directory above must be one; others want an image, which \`images\` of the host file names. It is a *warning*, because a zone may have been installed in another way. ${WITHOUT}`,
    bad: on({ datasets: [] }, zone("web").replace("/zones/", "/export/zones/")),
    good: on({}, zone("web")),
    source: "omniosorg/pkg5 src/brand/ipkg",
  },
  {
    code: "host/zone-network",
    severity: "error",
    title: "The network of the zone cannot be set up",
    explanation: `zoneadmd(8) gives a shared-IP zone its addresses and hands an exclusive-IP zone its links before the zone boots. An address that the machine has already, or a link that is not there or in use, ends the boot. ${WITHOUT}`,
    bad: on({}, zone("web", net("e1000g0", "192.0.2.2/24"))),
    good: on({}, zone("web", net("e1000g0", "192.0.2.10/24"))),
    source: VPLAT,
  },
  {
    code: "host/zone-resources",
    severity: "error",
    title: "The machine cannot give the zone its resources",
    explanation: `CPUs of \`dedicated-cpu\` are taken from the default processor set, which keeps at least one. What cannot be had ends the boot. ${WITHOUT}`,
    bad: on({}, zone("web", cpus(4))),
    good: on({}, zone("web", cpus(3))),
    source: VPLAT,
  },
  {
    code: "host/zone-boot",
    severity: "error",
    title: "The zone does not boot on this machine",
    explanation: `A step of the boot fails: a file system cannot be mounted, a dataset cannot be handed over because the global zone uses it, a program of the brand gives up. What was done before is taken back, and the zone stays installed. ${WITHOUT}`,
    bad: on({}, zone("web", dataset("rpool/zones"))),
    good: on({}, zone("web", dataset("rpool/data"))),
    source: VPLAT,
  },
];

/** What a machine refuses. */
export const machine = { rules };
