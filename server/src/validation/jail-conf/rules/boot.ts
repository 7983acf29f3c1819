import type { Rule } from "../../rule.ts";
import { MOST_JAILS, MOST_MEMBERS } from "../dryBoot/limits.ts";
import type { Topic } from "../topic.ts";
import { on } from "./onMachine.ts";

const COMMAND = "usr.sbin/jail/command.c";
const WITHOUT = `Without a host file this is *information*, and nothing is said of what such a machine may well have. A jail that needs more than ${MOST_MEMBERS} others is not tried, nor are the jails behind the first ${MOST_JAILS} of a configuration.`;

const JAILS = {
  directories: [
    { path: "/jails", mode: "0700" },
    { path: "/jails/web", base: true },
  ],
};

/**
 * What a start on a copy of the machine shows to be refused: these rules have no check of their own. See `dryBoot.ts`.
 */
const rules: readonly Rule[] = [
  {
    code: "host/no-path",
    severity: "error",
    title: "The root of the jail does not exist",
    explanation: `The machine has no directory at \`path\`, so jail(8) cannot create the jail. Add it to \`directories\` or \`datasets\` of the host file, or mend the path. ${WITHOUT}`,
    bad: on(JAILS, "web {\n\tpath = /jails/wbe;\n\tpersist;\n}\n"),
    good: on(JAILS, "web {\n\tpath = /jails/web;\n\tpersist;\n}\n"),
    source: "usr.sbin/jail/jail.c",
  },
  {
    code: "host/no-interface",
    severity: "error",
    title: "The machine has no such interface",
    explanation: `ifconfig(8) cannot add an address to an interface that is not there, or hand it to the jail. It may be made by a command before: \`exec.prepare\` runs before addresses are added, \`exec.created\` before interfaces are handed over. ${WITHOUT}`,
    bad: on(JAILS, 'web {\n\tpath = /jails/web;\n\tpersist;\n\tip4.addr = "lo1|192.0.2.10";\n}\n'),
    good: on(
      JAILS,
      'web {\n\tpath = /jails/web;\n\tpersist;\n\texec.prepare = "ifconfig lo1 create";\n\tip4.addr = "lo1|192.0.2.10";\n}\n',
    ),
    source: COMMAND,
  },
  {
    code: "host/no-fstab",
    severity: "error",
    title: "The file of `mount.fstab` does not exist",
    explanation: `jail(8) reads the file before it does anything else, and gives the jail up if it cannot. ${WITHOUT}`,
    bad: on(JAILS, "web {\n\tpath = /jails/web;\n\tpersist;\n\tmount.fstab = /etc/fstab.web;\n}\n"),
    good: on(JAILS, "web {\n\tpath = /jails/web;\n\tpersist;\n\tmount.fstab = /etc/fstab;\n}\n"),
    source: COMMAND,
  },
  {
    code: "host/mount-refused",
    severity: "error",
    title: "A file system cannot be mounted",
    explanation: `A mount that fails ends the start, and what was mounted before is taken away again. Often the mount point or the source is missing, or the mount point is a symbolic link below the root of the jail, which jail(8) does not follow. ${WITHOUT}`,
    bad: on(
      JAILS,
      'web {\n\tpath = /jails/web;\n\tpersist;\n\tmount = "/data /jails/web/mnt nullfs ro 0 0";\n}\n',
    ),
    good: on(
      JAILS,
      'web {\n\tpath = /jails/web;\n\tpersist;\n\tmount = "/home /jails/web/mnt nullfs ro 0 0";\n}\n',
    ),
    source: COMMAND,
  },
  {
    code: "host/dataset-refused",
    severity: "error",
    title: "A dataset cannot be attached to the jail",
    explanation: `The dataset of \`zfs.dataset\` does not exist, or lacks the property \`jailed\`: \`zfs set jailed=on DATASET\`. ${WITHOUT}`,
    bad: on(
      { ...JAILS, datasets: [{ name: "zroot/data" }] },
      "web {\n\tpath = /jails/web;\n\tpersist;\n\tenforce_statfs = 1;\n\tallow.mount;\n\tallow.mount.zfs;\n\tzfs.dataset = zroot/web;\n}\n",
    ),
    good: on(
      { ...JAILS, datasets: [{ name: "zroot/web", jailed: true }] },
      "web {\n\tpath = /jails/web;\n\tpersist;\n\tenforce_statfs = 1;\n\tallow.mount;\n\tallow.mount.zfs;\n\tzfs.dataset = zroot/web;\n}\n",
    ),
    source: COMMAND,
  },
  {
    code: "host/interface-refused",
    severity: "error",
    title: "An interface cannot be handed to the jail",
    explanation: `The interface is there, but the kernel does not move it into the network stack of the jail. ${WITHOUT}`,
    bad: on(JAILS, "web {\n\tpath = /jails/web;\n\tpersist;\n\tvnet;\n\tvnet.interface = lo0;\n}\n"),
    good: on(
      JAILS,
      'web {\n\tpath = /jails/web;\n\tpersist;\n\tvnet;\n\texec.prestart = "ifconfig epair5 create";\n\tvnet.interface = epair5b;\n}\n',
    ),
    source: "sys/net/if.c",
  },
  {
    code: "host/kernel-refuses",
    severity: "error",
    title: "The kernel of the machine refuses the jail",
    explanation: `What the jail asks for is valid, but not to be had from the kernel of this machine: a network stack of its own without the option VIMAGE, a permission whose module is not loaded, a devfs ruleset that does not exist, or more than the jail around it may hand out. ${WITHOUT}`,
    bad: on({ ...JAILS, options: ["!VIMAGE"] }, "web {\n\tpath = /jails/web;\n\tpersist;\n\tvnet;\n}\n"),
    good: on(JAILS, "web {\n\tpath = /jails/web;\n\tpersist;\n\tvnet;\n}\n"),
    source: "sys/kern/kern_jail.c",
  },
  {
    code: "host/command-fails",
    severity: "error",
    title: "A command of the start fails",
    explanation:
      "A command of `exec.*` that ends with another status than 0 ends the start. Commands are never executed: the start is played on a model of the machine. Where a system call is refused this is an *error*, else, as the command may find things in another way than the model, a *warning*; without a host file *information*, and only if it depends on no machine.",
    bad: on(JAILS, 'web {\n\tpath = /jails/web;\n\tpersist;\n\texec.prestart = "ifconfig igb7 up";\n}\n'),
    good: on(JAILS, 'web {\n\tpath = /jails/web;\n\tpersist;\n\texec.prestart = "ifconfig lo0 up";\n}\n'),
    source: COMMAND,
  },
];

/** What the boot of the configuration says. */
export const boot: Topic = { rules };
