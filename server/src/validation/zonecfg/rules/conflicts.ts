import type { Rule, Severity } from "../../rule.ts";
import { block } from "./example.ts";
import { on, zone } from "./onMachine.ts";

const VPLAT = "usr/src/cmd/zoneadmd/vplat.c";
const EXCLUSIVE = "set ip-type=exclusive";

const net = (...lines: readonly string[]) => block("net", ...lines);
const shared = (address: string) => net("set physical=e1000g0", `set address=${address}/24`);
const vnic = (name: string) => net(`set physical=${name}`, "set global-nic=e1000g1");
const dataset = (name: string) => block("dataset", `set name=${name}`);
const lofs = (special: string) => block("fs", "set dir=/data", "set type=lofs", `set special=${special}`);
const locked = (size: string) => block("capped-memory", `set locked=${size}`);

const DATA = { datasets: ["zones", "data", "data/web"].map((name) => ({ name: `rpool/${name}` })) };

/** What the zones of one host cannot have together, over all files that are for it. See `conflicts.ts`. */
const together: readonly Rule[] = [
  {
    code: "host/zonepath-shared",
    severity: "error",
    title: "A zonepath is that of another zone, or lies in it",
    explanation: `Each zone has a directory of its own, and zones cannot be nested: zoneadm(8) refuses to install the second one.`,
    bad: on({}, `${zone("web")}${zone("db").replace("/zones/db", "/zones/web/db")}`),
    good: on({}, `${zone("web")}${zone("db").replace("/zones/db", "/zones/web-db")}`),
    source: "usr/src/cmd/zoneadm/zoneadm.c",
  },
  {
    code: "host/zone-address-twice",
    severity: "warning",
    title: "Two zones have the same address",
    explanation: `On the shared stack the address is brought up for whichever zone boots first, and the other one does not boot. On one wire both answer for it, or the second finds it taken.`,
    bad: on({}, `${zone("web", shared("192.0.2.10"))}${zone("db", shared("192.0.2.10"))}`),
    good: on({}, `${zone("web", shared("192.0.2.10"))}${zone("db", shared("192.0.2.11"))}`),
    source: VPLAT,
  },
  {
    code: "host/zone-vnic-twice",
    severity: "warning",
    title: "Two zones make a VNIC of the same name",
    explanation: `With \`global-nic\` the brand makes the link when the zone gets ready, in the global zone, where names of links are unique. The zone that boots second finds the name taken. On SmartOS each zone has names of its own.`,
    bad: on({}, `${zone("web", EXCLUSIVE, vnic("web0"))}${zone("db", EXCLUSIVE, vnic("web0"))}`),
    good: on({}, `${zone("web", EXCLUSIVE, vnic("web0"))}${zone("db", EXCLUSIVE, vnic("db0"))}`),
    source: "omniosorg/pkg5 src/brand/shared/vnic.ksh",
  },
  {
    code: "host/zone-link-twice",
    severity: "warning",
    title: "Two exclusive-IP zones have the same link",
    explanation: `A link belongs to one network stack at a time: while one of the zones runs, the other does not boot. A VNIC for each, by \`global-nic\` or dladm(8), shares the hardware.`,
    bad: on(
      {},
      `${zone("web", EXCLUSIVE, net("set physical=e1000g1"))}${zone("db", EXCLUSIVE, net("set physical=e1000g1"))}`,
    ),
    good: on(
      {},
      `${zone("web", EXCLUSIVE, net("set physical=e1000g1"))}${zone("db", EXCLUSIVE, vnic("db0").replace("e1000g1", "e1000g0"))}`,
    ),
    source: VPLAT,
  },
  {
    code: "host/zone-dataset-twice",
    severity: "warning",
    title: "A dataset is delegated to two zones",
    explanation: `Who has a dataset mounts it and all below it. Given to two zones, the same files are in the hands of two administrators, and each can take them from the other.`,
    bad: on(DATA, `${zone("web", dataset("rpool/data/web"))}${zone("db", dataset("rpool/data"))}`),
    good: on(DATA, `${zone("web", dataset("rpool/data/web"))}${zone("db")}`),
    source: VPLAT,
  },
];

/** What zones have in common by mistake only, be it on several machines. */
const MISTAKES: ReadonlySet<string> = new Set(["host/zonepath-shared", "host/zone-address-twice"]);

/**
 * The severity of such a finding where nobody described the machine.
 * @param oneFile whether the zones are of one file: these are likely to be for one machine
 */
export function severityUndescribed(code: string, oneFile: boolean): Severity {
  return oneFile && MISTAKES.has(code) ? "warning" : "information";
}

function withoutHostFile({ code }: Rule): string {
  const severity = `*${severityUndescribed(code, false)}*`;
  const inFile = `*${severityUndescribed(code, true)}*`;
  return inFile === severity
    ? `Without a host file this is ${severity}: the zones of a file may be for several machines.`
    : `Without a host file this is a ${inFile} within one file, else ${severity}: the zones may be for several machines.`;
}

/** What else a look at all zones shows. */
const besides: readonly Rule[] = [
  {
    code: "host/zone-order",
    severity: "information",
    title: "A zone needs files of another one when it boots",
    explanation: `\`autoboot\` says that a zone boots with the machine, not when: zones boot side by side, and none waits for another. A loopback mount of a directory in another zone shows what is there at that moment. Better both mount a directory of the global zone.`,
    bad: on({}, `${zone("db")}${zone("web", "set autoboot=true", lofs("/zones/db/root/export"))}`),
    good: on(
      { directories: ["/export/db"] },
      `${zone("db")}${zone("web", "set autoboot=true", lofs("/export/db"))}`,
    ),
    source: "usr/src/cmd/zoneadm/svc-zones",
  },
  {
    code: "host/zone-shares",
    severity: "information",
    title: "Shares of CPU that nobody counts",
    explanation:
      "`cpu-shares` count among processes of the scheduling class FSS. Where neither the machine (`dispadmin -d FSS`; `schedulingClass` of the host file), nor the pool, nor the zone has it, the zone is scheduled like everybody else. It is a *warning* where the zone itself has another class.",
    bad: on({}, zone("web", "set cpu-shares=20")),
    good: on({ schedulingClass: "FSS" }, zone("web", "set cpu-shares=20")),
    source: "usr/src/uts/common/disp/fss.c",
  },
  {
    code: "host/zone-overcommitted",
    severity: "information",
    title: "Zones are promised more than the machine has",
    explanation:
      "Caps and CPUs of all zones that are configured for the host are added up. Nothing of it is refused when it is configured; once all zones want theirs, some do not get it, or zones with CPUs of their own do not get ready.",
    bad: on({}, `${zone("web", locked("6G"))}${zone("db", locked("6G"))}`),
    good: on({}, `${zone("web", locked("3G"))}${zone("db", locked("3G"))}`),
    source: "usr/src/uts/common/os/rctl.c",
  },
];

/** What zones contradict each other in. */
export const conflicts = {
  rules: [
    ...together.map((rule) => ({ ...rule, explanation: `${rule.explanation} ${withoutHostFile(rule)}` })),
    ...besides,
  ],
};
