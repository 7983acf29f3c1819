import { filesystemPrivileges } from "./filesystemPrivileges.ts";
import { networkPrivileges } from "./networkPrivileges.ts";
import type { PrivilegeGroup } from "./privilege.ts";
import { processPrivileges } from "./processPrivileges.ts";
import { systemPrivileges } from "./systemPrivileges.ts";

const groups = [
  ...systemPrivileges,
  ...processPrivileges,
  ...filesystemPrivileges,
  ...networkPrivileges,
] as const;

type KeysOf<T> = T extends unknown ? keyof T & string : never;

/** The name of a privilege without `PRIV_`. Source: sys/sys/priv.h of 15.1. */
export type PrivilegeName = KeysOf<(typeof groups)[number]["members"]>;

/** One privilege and what decides it. */
export interface Privilege extends Omit<PrivilegeGroup, "members"> {
  readonly name: PrivilegeName;
  readonly number: number;
}

/** All privileges by number. Two names of one number are two entries. */
export const privileges: readonly Privilege[] = groups
  .flatMap((group: PrivilegeGroup) => {
    const { members, ...shared } = group;
    return Object.entries(members).map(([name, number]) => ({
      ...shared,
      name: name as PrivilegeName,
      number,
    }));
  })
  .sort((a, b) => a.number - b.number);

const byName = new Map(privileges.map((privilege) => [privilege.name, privilege]));

export function privilege(name: PrivilegeName): Privilege {
  return byName.get(name) as Privilege;
}
