import { readFile } from "../../filesystem/files.ts";
import type { Host } from "../../host.ts";
import type { Process } from "../../process/types.ts";
import { prison } from "../prisons.ts";

/** Users as getpwnam(3) finds them in a jail or on the host. */

export interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
  readonly shell: string;
}

/** From the machine's description outside of jails, from the modelled /etc/passwd in a jail. */
export function findAccount(host: Host, process: Process, name: string): Account | undefined {
  if (process.credential.container === 0) return host.state.machine.users.find((user) => user.name === name);
  const read = readFile(host, process, "/etc/passwd");
  if (!read.ok) return undefined;
  const line = read.value.split("\n").find((text) => text.startsWith(`${name}:`));
  return line === undefined ? undefined : accountOf(line);
}

function accountOf(line: string): Account {
  const [name = "", , uid = "", gid = "", , home = "/", shell = ""] = line.split(":");
  return { name, uid: Number(uid), gid: Number(gid), home, shell };
}

/** All groups of a user of the host; in a jail, the one of its entry. */
export function groupsOf(host: Host, process: Process, { name, gid }: Account): number[] {
  if (prison(host, process.credential.container).jid !== 0) return [gid];
  const more = host.state.machine.groups
    .filter(({ members }) => members.includes(name))
    .map((group) => group.gid);
  return [...new Set([gid, ...more])];
}
