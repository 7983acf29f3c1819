import { modulesParameters } from "../../../catalog/jail-conf/modules.ts";
import { byteLength } from "../../../configuration/bytes.ts";
import type { Host } from "../../host.ts";
import { inheritedCause } from "../invariants.ts";
import { descendantsOf } from "../prisons.ts";
import { since } from "../release.ts";
import { HANDLERS } from "../sysctlHandlers.ts";
import { hostNumber } from "../sysctlValues.ts";
import type { JailSys, Prison } from "../types.ts";
import type { Reader } from "./read.ts";
import type { Target } from "./target.ts";
import { type Call, givenCause, type Request, refuse } from "./types.ts";

/** Parameters of modules. Source: sys/kern/sysv_*.c, kern_jailmeta.c, sys/compat/linux/linux_mib.c. */

type SysvKind = keyof Prison["sysv"];
const SYSV: readonly SysvKind[] = ["msg", "sem", "shm"];

/** Source: LINUX_MAX_UTSNAME in sys/compat/linux/linux_mib.h. */
const LINUX_MAX_UTSNAME = 65;
const LINUX_TEXTS = ["linux.osname", "linux.osrelease"] as const;
export const LINUX = [...LINUX_TEXTS, "linux.oss_version"] as const;

/** What was given for modules, checked. */
export interface ModuleValues {
  readonly sysv: Partial<Record<SysvKind, JailSys>>;
  readonly linux?: JailSys;
  /** Values that are only stored: `linux.osname`, `zfs.mount_snapshot`. */
  readonly stored: Readonly<Record<string, string>>;
  /** Names of `meta` and `env` parameters, in the caller's order. */
  readonly texts: readonly string[];
}

/** The checks that modules make of their own parameters. */
export function checkModules(call: Call, reader: Reader, parent: Prison): ModuleValues {
  const { host } = call;
  const sysv: Partial<Record<SysvKind, JailSys>> = {};
  for (const kind of SYSV) {
    const name = `sysv${kind}`;
    const mode = hasModule(host, name) ? reader.mode(name, "51a", true) : undefined;
    if (mode === undefined) continue;
    if (mode !== "disable" && parent.sysv[kind] === null)
      throw refuse(
        "51a",
        "EPERM",
        `${name} is disabled in jail ${parent.name}, so that a jail below cannot have it.`,
        {
          causes: [givenCause(call, name), inheritedCause(parent, name, "disable")],
        },
      );
    sysv[kind] = mode;
  }
  const stored: Record<string, string> = {};
  const linux = hasModule(host, "linux") ? reader.mode("linux", "51a", false) : undefined;
  if (hasModule(host, "linux")) {
    for (const name of LINUX_TEXTS) {
      const text = reader.text(name, "51a", LINUX_MAX_UTSNAME, "51a");
      if (text !== undefined) stored[name] = text;
    }
    const version = reader.integer("linux.oss_version", "51a");
    if (version !== undefined) stored["linux.oss_version"] = String(version);
  }
  if (host.state.machine.modules.includes("mac_do")) {
    const mode = reader.mode("mac.do", "51a", true);
    if (mode !== undefined) stored["mac.do"] = mode;
    const rules = reader.take("mac.do.rules");
    if (rules !== undefined) stored["mac.do.rules"] = textOf(rules);
  }
  if (since(host, 14) && hasModule(host, "zfs")) {
    const snapshots = reader.integer("zfs.mount_snapshot", "51a");
    if (snapshots !== undefined && snapshots !== 0 && snapshots !== 1)
      throw refuse("51a", "EINVAL", `zfs.mount_snapshot=${snapshots} is neither 0 nor 1.`, {
        causes: [givenCause(call, "zfs.mount_snapshot")],
      });
    if (snapshots !== undefined) stored["zfs.mount_snapshot"] = String(snapshots);
  }
  const texts = since(host, 15)
    ? Object.keys(call.parameters).filter((name) => /^(?:meta|env)(?:\..+)?$/.test(name))
    : [];
  for (const name of texts) reader.take(name);
  return { sysv, stored, texts, ...(linux && { linux }) };
}

/** Whether the module of that name in the catalog is there, loaded or compiled in. */
export function hasModule({ state: { machine } }: Host, module: string): boolean {
  const known = modulesParameters.some((parameter) => parameter.module === module);
  return (
    known &&
    (machine.modules.includes(module) ||
      machine.options.includes(module.toUpperCase()) ||
      (module === "linux" && machine.modules.some((loaded) => /^linux(?:64|_common)$/.test(loaded))))
  );
}

/** Sets them. A text that is too long is refused only now, when what came before it is already set. */
export function applyModules(
  call: Call,
  request: Request,
  jail: Prison,
  { jail: existing, parent }: Target,
  values: ModuleValues,
): void {
  const { host } = call;
  for (const kind of SYSV) {
    const mode = values.sysv[kind] ?? oldSwitch(request);
    if (mode && hasModule(host, `sysv${kind}`)) setSysv(host, jail, parent, kind, mode);
  }
  Object.assign(jail.parameters, values.stored);
  if (hasModule(host, "linux")) setLinux(host, jail, !existing, values);
  for (const name of values.texts) setText(call, jail, name);
}

/** `allow.sysvipc` stands for all three modules, where they are not given themselves. */
function oldSwitch({ allow, disallow }: Request): JailSys | undefined {
  if (allow.has("sysvipc")) return "inherit";
  return disallow.has("sysvipc") ? "disable" : undefined;
}

/** Gives a prison another key space, and with it those below that used the old one. Source: shm_prison_set(). */
function setSysv(host: Host, jail: Prison, parent: Prison, kind: SysvKind, mode: JailSys): void {
  const before = jail.sysv[kind];
  const now = mode === "disable" ? null : mode === "new" ? jail.jid : parent.sysv[kind];
  if (before === now) return;
  for (const at of [jail, ...descendantsOf(host, jail.jid)]) {
    const own = at.sysv[kind];
    const ends = now === null ? own !== null : own === before;
    if (!ends || own === null) {
      if (at === jail) at.sysv[kind] = now;
      continue;
    }
    if (own === at.jid) destroyObjects(host, kind, at.jid);
    at.sysv[kind] = now;
    if (at !== jail) at.causes[`sysv${kind}`] = inheritedCause(jail, `sysv${kind}`, mode);
  }
}

/** A new jail begins with a copy of its parent's identity; an inherited one follows the parent. */
function setLinux(host: Host, jail: Prison, created: boolean, { linux, stored }: ModuleValues): void {
  const given = LINUX.some((name) => stored[name] !== undefined);
  if (linux === "inherit" && !given) {
    for (const name of LINUX) delete jail.parameters[name];
    return;
  }
  if (!created && linux !== "new" && !given) return;
  for (const name of LINUX) jail.parameters[name] ??= String(linuxValue(host, jail, name));
}

/** What a Linux program in the jail is told. */
export function linuxValue(host: Host, jail: Prison, name: (typeof LINUX)[number]): string | number {
  return HANDLERS[`compat.${name}`]?.read?.(host, jail) ?? "";
}

function destroyObjects(host: Host, kind: SysvKind, space: number): void {
  host.state.ipc.sysv = host.state.ipc.sysv.filter(
    (object) => object.kind !== kind || object.space !== space,
  );
}

/**
 * `meta` and `env` are one text each, with a line for each key; `meta.x` changes one line, and a bare `meta.x` takes it
 * out. Source: sys/kern/kern_jailmeta.c.
 */
function setText(call: Call, jail: Prison, name: string): void {
  const dot = name.indexOf(".");
  const base = dot < 0 ? name : name.slice(0, dot);
  const value = call.parameters[name]?.value;
  const causes = [givenCause(call, name)];
  if (typeof value === "string" && value.includes("\0"))
    throw refuse("53", "EINVAL", `${name} has a NUL in it.`, { causes });
  const text = dot < 0 ? textOf(value) : withLine(jail.parameters[base] ?? "", name.slice(dot + 1), value);
  const most = hostNumber(call.host, "security.jail.meta_maxbufsize");
  if (byteLength(text) + 1 > most)
    throw refuse("53", "EFBIG", `${base} would be longer than ${most} bytes.`, {
      causes: [...causes, { what: `security.jail.meta_maxbufsize=${most}`, from: "host" }],
    });
  if (text === "") delete jail.parameters[base];
  else jail.parameters[base] = text;
}

function textOf(value: unknown): string {
  return typeof value === "boolean" || value === undefined ? "" : String(value);
}

function withLine(text: string, key: string, value: unknown): string {
  const others = text.split("\n").filter((line) => line !== "" && !line.startsWith(`${key}=`));
  const lines = typeof value === "boolean" ? others : [...others, `${key}=${textOf(value)}`];
  return lines.map((line) => `${line}\n`).join("");
}
