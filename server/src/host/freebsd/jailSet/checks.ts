import { inheritedCause, parentLacks } from "../invariants.ts";
import type { Prison } from "../types.ts";
import { checkAddresses } from "./addresses.ts";
import { checkModules, type ModuleValues } from "./modules.ts";
import { checkName } from "./names.ts";
import type { Reader } from "./read.ts";
import type { Target } from "./target.ts";
import { type Call, givenCause, type Request, refuse } from "./types.ts";

/** What was found out while checking. */
export interface Checked {
  /** The devfs ruleset to set; in a jail always the parent's. */
  readonly devfsRuleset?: number;
  /** The last part of the name; absent where the name stays. */
  readonly last?: string;
  readonly modules: ModuleValues;
}

/** Parameters that an existing prison cannot take. Source: kern_jail_set(), where it did not create one. */
export function checkExisting(call: Call, request: Request, jail: Prison): void {
  for (const name of ["ip4", "ip6"] as const) {
    if (!request[name].addresses) continue;
    const causes = [givenCause(call, `${name}.addr`)];
    if (jail.ownVnet)
      throw refuse(
        "43",
        "EINVAL",
        `Jail ${jail.name} has a network stack of its own, and no list of addresses.`,
        {
          message: "vnet jails cannot have IP address restrictions",
          causes: [...causes, ...(jail.causes["vnet"] ? [jail.causes["vnet"]] : [])],
        },
      );
  }
  for (const name of ["ip4", "ip6"] as const)
    if (request[name].addresses && !jail[name].own)
      throw refuse("44", "EINVAL", `Jail ${jail.name} inherits the addresses of its parent.`, {
        message: `${name} cannot be changed after creation`,
        causes: [givenCause(call, `${name}.addr`), ...(jail.causes[name] ? [jail.causes[name]] : [])],
      });
}

/** The last checks before anything is set. Source: kern_jail_set() from "final error checking" on. */
export function checkFinal(
  call: Call,
  reader: Reader,
  request: Request,
  target: Target,
  jid: number,
): Checked {
  const { parent, jail } = target;
  const { securelevel, childrenMax, enforceStatfs } = request;
  const limit = (check: string, name: string, value: number, bound: number, relation: string) =>
    refuse(check, "EPERM", `${name}=${value} is ${relation} ${bound}, the value of ${nameOf(parent)}.`, {
      causes: [givenCause(call, name), inheritedCause(parent, name, String(bound))],
    });
  if (securelevel !== undefined && securelevel < parent.securelevel)
    throw limit("45", "securelevel", securelevel, parent.securelevel, "below");
  if (childrenMax !== undefined && childrenMax >= parent.childrenMax)
    throw limit("46", "children.max", childrenMax, parent.childrenMax, "not below");
  if (enforceStatfs !== undefined && enforceStatfs < parent.enforceStatfs)
    throw limit("47", "enforce_statfs", enforceStatfs, parent.enforceStatfs, "below");
  const devfsRuleset = checkRuleset(call, request, parent);

  checkAddresses(call, jail, parent, "ip4", request.ip4);
  checkAddresses(call, jail, parent, "ip6", request.ip6);
  const given = target.last ?? (jail ? undefined : "");
  const last = given === undefined ? undefined : checkName(call, jail, jid, parent, given);
  for (const bit of request.allow)
    if (parentLacks(parent, bit))
      throw refuse(
        "51",
        "EPERM",
        `${nameOf(parent)} lacks allow.${bit}, so that no jail below it can have it.`,
        {
          causes: [givenCause(call, `allow.${bit}`), inheritedCause(parent, `allow.${bit}`, "false")],
        },
      );
  const modules = checkModules(call, reader, parent);
  const unknown = reader.unknown();
  if (unknown !== undefined)
    throw refuse("52", "EINVAL", `The kernel knows no parameter ${unknown} that can be set.`, {
      message: `unknown parameter: ${unknown}`,
      causes: [givenCause(call, unknown)],
    });
  return {
    modules,
    ...(devfsRuleset !== undefined && { devfsRuleset }),
    ...(last !== undefined && { last }),
  };
}

function nameOf({ jid, name }: Prison): string {
  return jid === 0 ? "the host" : `jail ${name}`;
}

/** A ruleset is 16 bits wide. A jail cannot choose one for those below it: they have its own. */
function checkRuleset(call: Call, { devfsRuleset: wanted }: Request, parent: Prison): number | undefined {
  if (wanted === undefined) return undefined;
  const causes = [givenCause(call, "devfs_ruleset")];
  if (wanted < 0 || wanted > 0xffff)
    throw refuse("48", "EINVAL", `devfs_ruleset=${wanted} is outside of 0 to 65535.`, { causes });
  if (call.caller.credential.container === 0) return wanted;
  if (wanted > 0 && wanted !== parent.devfsRuleset)
    throw refuse(
      "48a",
      "EPERM",
      `In a jail, devfs_ruleset can only be the parent's ${parent.devfsRuleset}.`,
      {
        causes: [...causes, inheritedCause(parent, "devfs_ruleset", String(parent.devfsRuleset))],
      },
    );
  return parent.devfsRuleset;
}
