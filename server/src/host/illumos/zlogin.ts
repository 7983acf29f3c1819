import { type CommandError, commandErrorText } from "../../catalog/illumos/commandErrors.ts";
import type { ZoneState } from "../../catalog/illumos/zoneStates.ts";
import { allowed, denied, type Outcome, type Refused } from "../decision.ts";
import { chdir } from "../filesystem/directories.ts";
import { readFile } from "../filesystem/files.ts";
import type { Host } from "../host.ts";
import { setCredential } from "../process/credentials.ts";
import { exec, exit, findProcess, fork, reap } from "../process/processes.ts";
import type { Process } from "../process/types.ts";
import { zoneEnter } from "./kernelZones.ts";
import { everyPrivilege } from "./privileges.ts";

import { entryNamed, zoneNamed } from "./zoneIndex.ts";
import { GLOBAL, stateOf } from "./zones.ts";

/** zlogin(1): a shell or a command in a zone. Its console is in `zoneadmd/console.ts`. Source: usr/src/cmd/zlogin/zlogin.c. */

export interface LoginCall {
  readonly zone: string;
  /** What to run; none for a login at a terminal. */
  readonly command?: readonly string[];
  /** `-l`; root where nothing is said. */
  readonly user?: string;
  /** `-S`: a bare shell for a zone that lets nobody log in. */
  readonly failsafe?: boolean;
  /** `-i`: a terminal also for a command. */
  readonly interactive?: boolean;
  /** `-Q`: no lines about the connection. */
  readonly quiet?: boolean;
}

/** Somebody in a zone. */
export interface Login {
  /** The shell in the zone. A command is run as a line of it, and it ends then. */
  readonly process: Process;
  /** What the terminal shows at the beginning and at the end; empty without a terminal. */
  readonly connected: string;
  readonly disconnected: string;
}

/**
 * Enters a zone. The process in it is for the caller to use, and to end with `logout`.
 * @returns EINVAL for options that exclude each other, for the global zone and for states in which nobody logs in; EPERM
 * outside of the global zone and without every privilege; ENOENT for a zone, a user or a program that is not there; what
 * fork(2) and zone_enter() say
 */
export function zlogin(host: Host, process: Process, call: LoginCall): Outcome<Login> {
  const { zone: name, user = "root", failsafe = false } = call;
  if (failsafe && call.user !== undefined) return usage("-S and -l exclude each other");
  const refused = mayLogin(host, process, name) ?? stateRefusal(host, name);
  if (refused) return refused;
  const zone = zoneNamed(host, name);
  if (!zone) return refuse(host, name, "E_LOGIN_STATE");
  if (zone.brand === "solaris-kz")
    return denied("ENOTSUP", "zlogin/guest", `What runs in kernel zone ${name} is not modelled.`, {
      causes: zone.causes["brand"] ? [zone.causes["brand"]] : [],
      unsure: true,
    });
  const child = fork(host, process);
  if (!child.ok) return child;
  const inside = zoneEnter(host, child.value, zone.id);
  if (!inside.ok) return leave(host, child.value, inside);
  const shell = failsafe ? failsafeShell(host, child.value) : loginShell(host, child.value, user, call);
  if (!shell.ok) return leave(host, child.value, shell);
  const terminal = call.quiet !== true && (call.command === undefined || call.interactive === true);
  host.emit({
    container: name,
    kind: "zone.login",
    message: `${failsafe ? "A failsafe shell" : user} is in zone ${name} as process ${child.value.pid}.`,
    outcome: "ok",
  });
  return allowed(
    {
      process: child.value,
      connected: terminal ? `[Connected to zone '${name}' ${TERMINAL}]` : "",
      disconnected: terminal ? `[Connection to zone '${name}' ${TERMINAL} closed]` : "",
    },
    "zlogin",
    `Process ${child.value.pid} is in zone ${name}.`,
  );
}

/** The shell in the zone ends. */
export function logout(host: Host, { process }: Login, status = 0): void {
  exit(host, process, status);
  if (findProcess(host, process.pid) === process) reap(host, process);
}

/** Pseudo-terminals are not counted in the model. */
const TERMINAL = "pts/2";

function usage(reason: string): Refused {
  return denied("EINVAL", "zlogin/usage", `${reason}.`);
}

function refuse(host: Host, zone: string, error: CommandError): Refused {
  const state = stateOf(host, zone) ?? "configured";
  const text = commandErrorText(error, { zone, command: "zlogin", state });
  return denied("EINVAL", error, `${text.charAt(0).toUpperCase()}${text.slice(1)}.`);
}

/** What both a login and the console ask first: who calls, for which zone, and that this one is installed. */
export function mayLogin(host: Host, process: Process, name: string): Refused | undefined {
  if (process.credential.container !== GLOBAL)
    return denied("EPERM", "zlogin/global", "Only the global zone logs in to zones with zlogin.", {
      causes: [{ what: "a zone sees only itself", from: "kernel" }],
    });
  if (name === "global") return denied("EINVAL", "zlogin/name", "zlogin is not for the global zone.");
  if (!entryNamed(host, name)) return denied("ENOENT", "zlogin/none", `There is no zone ${name}.`);
  if (NOT_INSTALLED.includes(stateOf(host, name) ?? "configured"))
    return refuse(host, name, "E_LOGIN_UNINSTALLED");
  const may = everyPrivilege(host, process, "EPERM");
  if (!may.ok)
    return denied("EPERM", "zlogin/privileges", "zlogin takes every privilege.", {
      causes: may.decision.causes,
    });
  return undefined;
}

const NOT_INSTALLED: readonly ZoneState[] = ["configured", "incomplete"];

function stateRefusal(host: Host, name: string): Refused | undefined {
  const state = stateOf(host, name);
  return state === "running" || state === "mounted" ? undefined : refuse(host, name, "E_LOGIN_STATE");
}

function leave(host: Host, child: Process, outcome: Refused): Refused {
  exit(host, child, 1);
  if (findProcess(host, child.pid) === child) reap(host, child);
  return outcome;
}

const FAILSAFE_SHELL = "/sbin/sh";

/** Neither the users nor the login program of the zone are asked. */
function failsafeShell(host: Host, process: Process): Outcome {
  process.environment = { ...variables(host, process, "root", "/", FAILSAFE_SHELL) };
  return exec(host, process, FAILSAFE_SHELL, [FAILSAFE_SHELL]);
}

function variables(host: Host, process: Process, user: string, home: string, shell: string) {
  const { TERM: term } = process.environment;
  const { path, environment } = host.kernel.shell;
  return {
    ...environment,
    ...(term !== undefined && { TERM: term }),
    ...{ USER: user, LOGNAME: user, HOME: home, SHELL: shell, PATH: path },
  };
}

/** login(1) lets in whom zlogin has vouched for; a command goes through su(8). Both are programs of the zone. */
function loginShell(host: Host, process: Process, user: string, call: LoginCall): Outcome {
  const account = accountOf(host, process, user);
  if (!account) return denied("ENOENT", "zlogin/user", `Zone ${call.zone} has no user ${user}.`);
  const { uid, gid, home, shell } = account;
  const program = call.command === undefined ? "/usr/bin/login" : "/usr/bin/su";
  const door = exec(host, process, program, [program, user]);
  if (!door.ok) return door;
  process.environment = { ...variables(host, process, user, home, shell) };
  const started = exec(host, process, shell, [`-${shell.slice(shell.lastIndexOf("/") + 1)}`]);
  if (!started.ok) return started;
  setCredential(host, process, { uid, ruid: uid, svuid: uid, gid, groups: [gid] });
  // Without its home directory a user begins in the root.
  if (chdir(host, process, home).ok) process.environment = { ...process.environment, PWD: home };
  return started;
}

/** From the modelled /etc/passwd of the zone. */
function accountOf(host: Host, process: Process, user: string) {
  const read = readFile(host, process, "/etc/passwd");
  const line = read.ok ? read.value.split("\n").find((text) => text.startsWith(`${user}:`)) : undefined;
  if (line === undefined) return undefined;
  const [, , uid = "", gid = "", , home = "/", shell = ""] = line.split(":");
  return { uid: Number(uid), gid: Number(gid), home, shell: shell || "/usr/bin/sh" };
}
