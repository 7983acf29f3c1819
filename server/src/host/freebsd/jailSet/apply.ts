import {
  rename,
  setAddresses,
  setAllow,
  setChildrenMax,
  setDevfsRuleset,
  setEnforceStatfs,
  setHostNames,
  setSecurelevel,
} from "../invariants.ts";
import { knowsBit } from "../permissions.ts";
import type { Prison } from "../types.ts";
import type { Checked } from "./checks.ts";
import { applyModules } from "./modules.ts";
import { fullName } from "./names.ts";
import type { Target } from "./target.ts";
import { type Call, givenCause, type Request } from "./types.ts";

/** Sets the parameters of a prison, in the kernel's order. Source: the end of kern_jail_set(). */
export function apply(call: Call, request: Request, jail: Prison, target: Target, checked: Checked): void {
  const { host } = call;
  const { parent } = target;
  // First, because what is passed down names the line that set it.
  for (const name of Object.keys(call.parameters))
    if (name !== "desc" && name !== "errmsg") jail.causes[positiveName(call, name)] = givenCause(call, name);

  for (const name of ["ip4", "ip6"] as const) {
    const { mode, addresses = [] } = request[name];
    if (mode === "new" || mode === "disable") setAddresses(host, jail, name, addresses);
    const selection = request.sourceSelection[name];
    if (selection !== undefined) jail[name].sourceSelection = selection;
  }
  if (request.securelevel !== undefined) setSecurelevel(host, jail, request.securelevel);
  if (request.childrenMax !== undefined) setChildrenMax(host, jail, request.childrenMax);
  if (request.enforceStatfs !== undefined) setEnforceStatfs(host, jail, request.enforceStatfs);
  if (checked.devfsRuleset !== undefined) setDevfsRuleset(host, jail, checked.devfsRuleset);
  if (checked.last !== undefined) {
    const name = fullName(parent, checked.last);
    if (name !== jail.name) rename(host, jail, name);
  }
  applyHostNames(call, request, jail, parent);
  setAllow(host, jail, request.allow, request.disallow);
  if (request.persist !== undefined) jail.persist = request.persist;
  applyModules(call, request, jail, target, checked.modules);
}

/** `allow.noraw_sockets` is about `allow.raw_sockets`. */
function positiveName({ host }: Call, name: string): string {
  const at = name.lastIndexOf(".") + 1;
  if (!name.startsWith("no", at)) return name;
  const positive = name.slice(0, at) + name.slice(at + 2);
  const known =
    ["persist", "ip4.saddrsel", "ip6.saddrsel"].includes(positive) ||
    (positive.startsWith("allow.") && knowsBit(host, positive.slice("allow.".length)));
  return known ? positive : name;
}

/** Names of its own, or those of the parent from now on. Any `host.*` means names of its own. */
function applyHostNames({ host }: Call, request: Request, jail: Prison, parent: Prison): void {
  const { hostname, domainname, hostuuid, hostid } = request;
  const names = {
    ...(hostname !== undefined && { hostname }),
    ...(domainname !== undefined && { domainname }),
    ...(hostuuid !== undefined && { hostuuid }),
    ...(hostid !== undefined && { hostid }),
  };
  if (Object.keys(names).length > 0) {
    jail.ownHost = true;
    setHostNames(host, jail, names);
  } else if (request.host === "inherit" && jail.ownHost) {
    jail.ownHost = false;
    setHostNames(host, jail, {
      hostname: parent.hostname,
      domainname: parent.domainname,
      hostuuid: parent.hostuuid,
      hostid: parent.hostid,
    });
  } else if (request.host === "new") jail.ownHost = true;
}
