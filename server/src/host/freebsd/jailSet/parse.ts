import { lookup, pathOf } from "../../filesystem/lookup.ts";
import { nodeOf } from "../../filesystem/nodes.ts";
import {
  compareAddresses,
  familyOf,
  isUnusable,
  parseAddress,
  sortAddresses,
} from "../../network/addresses.ts";
import { knownBits } from "../permissions.ts";
import { since } from "../release.ts";
import { hostNumber } from "../sysctlValues.ts";
import type { Reader } from "./read.ts";
import { type Call, type Family, givenCause, type Request, refuse } from "./types.ts";

/** Source: MAXHOSTNAMELEN in sys/sys/param.h; HOSTUUIDLEN, OSRELEASELEN in sys/sys/jail.h. With the NUL. */
const MAXHOSTNAMELEN = 256;
const HOSTUUIDLEN = 64;
const OSRELEASELEN = 32;

/** Checks of values alone, before any prison is looked at. Source: the first part of kern_jail_set(). */
export function parse(call: Call, reader: Reader): Request {
  const request: Request = {
    jid: reader.integer("jid") ?? 0,
    sourceSelection: {},
    ip4: {},
    ip6: {},
    allow: new Set(),
    disallow: new Set(),
  };
  assign(request, "securelevel", reader.integer("securelevel"));
  assign(request, "childrenMax", reader.integer("children.max"));
  assign(request, "enforceStatfs", reader.integer("enforce_statfs"));
  if (request.enforceStatfs !== undefined && (request.enforceStatfs < 0 || request.enforceStatfs > 2))
    throw refuse("12", "EINVAL", `enforce_statfs is ${request.enforceStatfs}: it must be 0, 1 or 2.`, {
      causes: [givenCause(call, "enforce_statfs")],
    });
  assign(request, "devfsRuleset", reader.integer("devfs_ruleset"));

  assign(request, "persist", reader.flag("persist"));
  assign(request.sourceSelection, "ip4", reader.flag("ip4.saddrsel"));
  assign(request.sourceSelection, "ip6", reader.flag("ip6.saddrsel"));
  assign(request, "host", reader.mode("host", "13", false));
  if (hasVimage(call)) assign(request, "vnet", reader.mode("vnet", "13", false));
  assign(request.ip4, "mode", reader.mode("ip4", "13", true));
  assign(request.ip6, "mode", reader.mode("ip6", "13", true));
  mustPersistOrAttach(call, request);
  for (const name of ["vnet", "ip4", "ip6"] as const) {
    const given = name === "vnet" ? request.vnet : request[name].mode;
    if (call.flags.update && given !== undefined) throw createOnly(call, "15", name);
  }
  readPermissions(call, reader, request);

  assign(request, "name", reader.text("name", "16", MAXHOSTNAMELEN, "17"));
  assign(request, "hostname", reader.text("host.hostname", "18", MAXHOSTNAMELEN, "18"));
  assign(request, "domainname", reader.text("host.domainname", "18", MAXHOSTNAMELEN, "18"));
  assign(request, "hostuuid", reader.text("host.hostuuid", "18", HOSTUUIDLEN, "18"));
  assign(request, "hostid", readHostId(call, reader));

  readAddresses(call, reader, request.ip4, "ip4");
  readAddresses(call, reader, request.ip6, "ip6");
  if (request.vnet && (mentioned(request.ip4) || mentioned(request.ip6)))
    throw refuse("22", "EINVAL", "A jail with a stack of its own has no list of addresses.", {
      message: "vnet jails cannot have IP address restrictions",
      causes: ["vnet", "ip4", "ip6", "ip4.addr", "ip6.addr"]
        .filter((name) => Object.hasOwn(call.parameters, name))
        .map((name) => givenCause(call, name)),
    });
  readRelease(call, reader, request);
  readPath(call, reader, request);
  return request;
}

function assign<T, K extends keyof T>(target: T, key: K, value: T[K] | undefined): void {
  if (value !== undefined) target[key] = value;
}

export function hasVimage({ host }: Call): boolean {
  return host.state.machine.options.includes("VIMAGE");
}

function mentioned({ mode, addresses }: Family): boolean {
  return mode !== undefined || addresses !== undefined;
}

function mustPersistOrAttach({ host, flags }: Call, { persist }: Request): void {
  // Up to 13, a call that may also update was let through.
  const creates = flags.create && !flags.attach && (!flags.update || since(host, 14));
  if (creates && !persist)
    throw refuse("14", "EINVAL", "Nothing would keep the new jail alive: neither persist nor a process.", {
      message: "new jail must persist or attach",
      causes: [{ what: "persist=false (default)", from: "default" }],
    });
}

function createOnly(call: Call, check: string, name: string) {
  return refuse(check, "EINVAL", `${name} cannot be changed after a jail's creation.`, {
    message: `${name} cannot be changed after creation`,
    causes: [givenCause(call, name)],
  });
}

function readPermissions(call: Call, reader: Reader, request: Request): void {
  const allow = new Set<string>();
  const disallow = new Set<string>();
  for (const bit of knownBits(call.host)) {
    const value = reader.flag(`allow.${bit}`);
    if (value !== undefined) (value ? allow : disallow).add(bit);
  }
  request.allow = allow;
  request.disallow = disallow;
}

/** An unsigned long. */
function readHostId(call: Call, reader: Reader): number | undefined {
  const value = reader.take("host.hostid");
  if (value === undefined) return undefined;
  const number = typeof value === "string" && /^\d+$/.test(value) ? Number(value) : value;
  if (typeof number === "number" && Number.isInteger(number) && number >= 0) return number;
  throw refuse("18", "EINVAL", "host.hostid is not a number.", { causes: [givenCause(call, "host.hostid")] });
}

function readAddresses(call: Call, reader: Reader, family: Family, name: "ip4" | "ip6"): void {
  const parameter = `${name}.addr`;
  const given = reader.list(parameter);
  if (!given) return;
  const causes = [givenCause(call, parameter)];
  const wanted = name === "ip4" ? "inet" : "inet6";
  const parsed = given.map((text) => {
    const address = familyOf(text) === wanted ? parseAddress(text) : undefined;
    if (address === undefined)
      throw refuse("19", "EINVAL", `${text} is no IPv${name.at(-1)} address.`, { causes });
    return address;
  });
  const most = hostNumber(call.host, "security.jail.jail_max_af_ips");
  if (parsed.length > most)
    throw refuse("20", "EINVAL", `${parsed.length} addresses are more than ${most}.`, {
      message: `too many IPv${name.at(-1)} addresses`,
      causes: [...causes, { what: `security.jail.jail_max_af_ips=${most}`, from: "host" }],
    });
  const sorted = sortAddresses(parsed);
  const unusable = sorted.find((address) => isUnusable(address));
  if (unusable) throw refuse("21", "EINVAL", `${unusable} cannot be an address of a jail.`, { causes });
  const twice = sorted.find(
    (address, i) =>
      i > 0 && (address === sorted[0] || (i > 1 && compareAddresses(address, sorted[i - 1] as string) === 0)),
  );
  if (twice) throw refuse("21", "EINVAL", `${twice} is listed twice.`, { causes });
  family.addresses = sorted;
  // An address list raises the same flag as the mode `new`, whatever the mode says.
  family.mode = "new";
}

function readRelease(call: Call, reader: Reader, request: Request): void {
  const release = reader.take("osrelease");
  if (release !== undefined) {
    if (call.flags.update) throw createOnly(call, "23", "osrelease");
    const causes = [givenCause(call, "osrelease")];
    if (typeof release !== "string" && typeof release !== "number")
      throw refuse("23", "EINVAL", "osrelease has no text.", { causes });
    const text = String(release);
    if (text.length + 1 >= OSRELEASELEN)
      throw refuse("23", "ENAMETOOLONG", `osrelease is longer than ${OSRELEASELEN - 2} bytes.`, {
        message: `osrelease string must be 1-${OSRELEASELEN - 1} bytes long`,
        causes,
      });
    request.osrelease = text;
  }
  const date = reader.integer("osreldate", "24");
  if (date === undefined) return;
  if (call.flags.update) throw createOnly(call, "24", "osreldate");
  if (date === 0)
    throw refuse("24", "EINVAL", "osreldate is 0.", {
      message: "osreldate cannot be 0",
      causes: [givenCause(call, "osreldate")],
    });
  request.osreldate = date;
}

function readPath(call: Call, reader: Reader, request: Request): void {
  const path = reader.take("path");
  if (path === undefined) return;
  if (call.flags.update) throw createOnly(call, "25", "path");
  const causes = [givenCause(call, "path")];
  if (typeof path !== "string") throw refuse("25", "EINVAL", "path has no text.", { causes });
  const found = lookup(call.host, call.caller, path);
  if (!found.ok)
    throw refuse("26", found.errno, found.decision.reason, {
      causes: [...causes, ...found.decision.causes],
      ...(found.decision.unsure && { unsure: true }),
    });
  if (nodeOf(call.host, found.value).kind !== "directory")
    throw refuse("27", "ENOTDIR", `${path} is not a directory.`, { causes });
  request.root = { vnode: found.value, path: pathOf(call.host, found.value) };
}
