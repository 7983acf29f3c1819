import type { Command } from "../../shell/command.ts";
import { basicCommands } from "../../shell/commands/basics.ts";
import { fileCommands } from "../../shell/commands/files.ts";
import { filterCommands } from "../../shell/commands/filters.ts";
import { nc } from "../../shell/commands/nc.ts";
import { zfsCommand, zpoolCommand } from "../../shell/commands/zfs.ts";
import { chmodWith } from "./chmod.ts";
import { databaseCommands } from "./databases.ts";
import { dd } from "./dd.ts";
import { dladm } from "./dladm.ts";
import { dtrace } from "./dtrace.ts";
import { du } from "./du.ts";
import { identityCommands } from "./identity.ts";
import { ifconfig } from "./ifconfig.ts";
import { ioStatCommands } from "./ioStats.ts";
import { ipadm } from "./ipadm.ts";
import { ipcCommands } from "./ipc.ts";
import { kernelCommands } from "./kernel.ts";
import { kstat } from "./kstat.ts";
import { lofiadm } from "./lofiadm.ts";
import { machineCommands } from "./machine.ts";
import { netstat } from "./netstat.ts";
import { pfiles } from "./pfiles.ts";
import { ping } from "./ping.ts";
import { poolCommands } from "./poolcfg.ts";
import { processorCommands } from "./pools.ts";
import { powerCommands } from "./power.ts";
import { controlCommands } from "./prctl.ts";
import { privilegeCommands } from "./privileges.ts";
import { bindingCommands } from "./processorSets.ts";
import { prstat } from "./prstat.ts";
import { ps } from "./ps.ts";
import { ptree } from "./ptree.ts";
import { rcapCommands } from "./rcap.ts";
import { route } from "./route.ts";
import { routeadm } from "./routeadm.ts";
import { schedulerCommands } from "./scheduler.ts";
import { svcs } from "./services.ts";
import { signalCommands } from "./signals.ts";
import { smallCommands } from "./small.ts";
import { snoop } from "./snoop.ts";
import { statisticsCommands } from "./statistics.ts";
import { storageCommands } from "./storage.ts";
import { svcadm } from "./svcadm.ts";
import { svcprop } from "./svcprop.ts";
import { traceroute } from "./traceroute.ts";
import { zonecfg } from "./zonecfg.ts";
import { zoneCommands } from "./zones.ts";
import { zonestat } from "./zonestat.ts";

/** Where illumos has programs that other systems have elsewhere; all others of them are in /usr/bin. */
const SBIN: ReadonlySet<string> = new Set(["chroot", "mknod", "chown"]);

/** The programs that all systems have, at their places here: /bin is a link. */
function placed(commands: readonly Command[]): Command[] {
  return commands.map((command) => ({
    ...command,
    path: `${SBIN.has(command.name) ? "/usr/sbin" : "/usr/bin"}/${command.name}`,
  }));
}

/** Those that are other programs here. */
const OWN: ReadonlySet<string> = new Set(identityCommands.map(({ name }) => name));

/** bash(1), and what else interprets the lines of sh(1). */
function shells(): Command[] {
  const sh = basicCommands.find(({ name }) => name === "sh");
  return sh ? ["bash", "ksh", "ksh93"].map((name) => ({ ...sh, name, path: `/usr/bin/${name}` })) : [];
}

/** All modelled programs, in the groups in which `help` lists them. */
export function commandGroups(): readonly (readonly [title: string, commands: readonly Command[]])[] {
  return [
    ["Zones", [...zoneCommands, zonecfg]],
    [
      "Processes",
      [ps, ptree, pfiles, prstat, ...signalCommands, ...privilegeCommands, dtrace, ...smallCommands],
    ],
    ["Network", [dladm, ipadm, ifconfig, netstat, route, routeadm, ping, traceroute, nc, snoop, kstat]],
    [
      "File systems",
      [zfsCommand("/usr/sbin/zfs"), zpoolCommand("/usr/sbin/zpool"), ...storageCommands, lofiadm, dd, du],
    ],
    [
      "Resources",
      [
        ...[zonestat, ...ioStatCommands, ...rcapCommands, ...controlCommands, ...schedulerCommands],
        ...[...processorCommands, ...bindingCommands, ...poolCommands],
      ],
    ],
    ["Services", [svcs, svcadm, svcprop, ...powerCommands]],
    [
      "System",
      [...machineCommands, ...statisticsCommands, ...databaseCommands, ...kernelCommands, ...ipcCommands],
    ],
    ["Files", placed(fileCommands.map((each) => (each.name === "chmod" ? chmodWith(each) : each)))],
    ["Text", placed(filterCommands)],
    [
      "Shell and users",
      [...placed(basicCommands.filter(({ name }) => !OWN.has(name))), ...identityCommands, ...shells()],
    ],
  ];
}
