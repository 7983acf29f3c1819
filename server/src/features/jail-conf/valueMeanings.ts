import { devfsRulesets } from "../../catalog/jail-conf/special.ts";
import { own } from "../../catalog/own.ts";

/** A value worth offering, and what it means. */
export interface KnownValue {
  readonly text: string;
  readonly meaning: string;
}

const SERVICES = "runs the jail's rc scripts";

/** Values of single parameters: all that there are, or those that are common. */
const KNOWN: Readonly<Record<string, readonly KnownValue[]>> = {
  enforce_statfs: [
    { text: "0", meaning: "shows all mounts of the host" },
    { text: "1", meaning: "shows the mounts at or below the jail's root" },
    { text: "2", meaning: "shows only the file system that holds the jail's root" },
  ],
  securelevel: [
    { text: "-1", meaning: "permanently insecure: never raised" },
    { text: "0", meaning: "insecure: flags can be changed, devices written" },
    { text: "1", meaning: "secure: immutable flags stay, no raw access to mounted disks, no module loading" },
    { text: "2", meaning: "highly secure: besides, no disk can be opened for writing" },
    { text: "3", meaning: "network secure: besides, firewall rules cannot be changed" },
  ],
  devfs_ruleset: devfsRulesets.map(({ number, name, doc }) => ({
    text: String(number),
    meaning: `${name}: ${doc}`,
  })),
  "exec.start": [{ text: "/bin/sh /etc/rc", meaning: SERVICES }],
  "exec.stop": [
    {
      text: "/bin/sh /etc/rc.shutdown jail",
      meaning: "stops the jail's services, the form of jail.conf(5)",
    },
    { text: "/bin/sh /etc/rc.shutdown", meaning: "stops the jail's services" },
  ],
  command: [{ text: "/bin/sh /etc/rc", meaning: SERVICES }],
  "exec.jail_user": [{ text: "root", meaning: "the user that commands in the jail run as" }],
  "exec.system_user": [{ text: "root", meaning: "the user that commands on the host run as" }],
  "exec.consolelog": [
    { text: "/var/log/jail_$name.log", meaning: "one log for each jail" },
    { text: `/var/log/jail_\${name}_console.log`, meaning: "one log for each jail, named as by rc.d/jail" },
  ],
  "host.hostname": [{ text: "$name", meaning: "the name of the jail" }],
  path: [
    { text: "/usr/local/jails/$name", meaning: "one directory for each jail" },
    { text: "/jails/$name", meaning: "one directory for each jail" },
  ],
  "mount.fstab": [{ text: "/etc/fstab.$name", meaning: "one table for each jail" }],
};

const JAILSYS: Readonly<Record<string, string>> = {
  new: "the jail has its own",
  inherit: "the jail shares that of its parent",
  disable: "the jail has none",
};

export function knownValues(parameter: string): readonly KnownValue[] {
  return own(KNOWN, parameter) ?? [];
}

/** What a word of a parameter with the three states means. */
export function jailsysMeaning(word: string): string {
  return own(JAILSYS, word) ?? "";
}

export function valueMeaning(parameter: string, text: string): string | undefined {
  return knownValues(parameter).find((value) => value.text === text)?.meaning;
}
