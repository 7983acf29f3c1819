import type { Cause, Outcome } from "../../decision.ts";
import { strerror } from "../../errno.ts";
import { prefixOfMask } from "../../network/addresses.ts";
import { findInterface } from "../../network/links.ts";
import { vnetOf } from "../../network/vnets.ts";
import type { Process } from "../../process/types.ts";
import { ifAddAddress, ifMoveVnet, ifReclaim, ifRemoveAddress } from "../network/interfaces.ts";
import type { Action } from "./action.ts";
import { assumeInterface } from "./assume.ts";
import { asSystemUser } from "./commands.ts";
import type { JailRun } from "./run.ts";
import type { Done } from "./schedule.ts";
import type { Alias } from "./settings.ts";

/** Addresses on interfaces of the host, and interfaces for the stack of a jail. Source: usr.sbin/jail/command.c. */

/** What ifconfig(8) takes, in virtual milliseconds. */
const IFCONFIG_TIME = 5;

export type AddressParameter = "ip4.addr" | "ip6.addr";

export function aliasActions(run: JailRun, parameter: AddressParameter): Action[] {
  return run.settings.aliases(parameter).map((alias) => ({
    program: true,
    run: () => addAlias(run, parameter, alias),
    undo: () => removeAlias(run, parameter, alias),
  }));
}

/** The same addresses taken away, last first. */
export function unaliasActions(run: JailRun, parameter: AddressParameter): Action[] {
  return run.settings
    .aliases(parameter)
    .reverse()
    .map((alias) => ({ program: true, run: () => removeAlias(run, parameter, alias) }));
}

function addAlias(run: JailRun, parameter: AddressParameter, alias: Alias): Done {
  assumeInterface(run, alias.link, parameter);
  const prefix = prefixOf(parameter, alias);
  const words = `${alias.link} ${family(parameter)} ${target(parameter, alias)}${alias.extra ? ` ${alias.extra}` : ""} alias`;
  return ifconfig(run, parameter, words, `SIOCAIFADDR${suffix(parameter)}`, alias.value.cause, (process) => {
    const outcome = ifAddAddress(run.host, process, alias.link, {
      address: alias.address,
      ...(prefix !== undefined && { prefix }),
    });
    const message = `${alias.address} on ${alias.link}${outcome.ok && outcome.decision.rule === "interface/replaced" ? " (it was there already)" : ""}`;
    return [outcome, message];
  });
}

function removeAlias(run: JailRun, parameter: AddressParameter, alias: Alias): Done {
  const words = `${alias.link} ${family(parameter)} ${target(parameter, alias)} -alias`;
  return ifconfig(run, parameter, words, `SIOCDIFADDR${suffix(parameter)}`, alias.value.cause, (process) => [
    ifRemoveAddress(run.host, process, alias.link, alias.address),
    `${alias.address} is taken from ${alias.link}`,
  ]);
}

function suffix(parameter: AddressParameter): string {
  return parameter === "ip4.addr" ? "" : "_IN6";
}

function family(parameter: AddressParameter): string {
  return parameter === "ip4.addr" ? "inet" : "inet6";
}

/** The address as ifconfig(8) gets it. Without a length it is one of a single host. */
function target(parameter: AddressParameter, { address, prefix }: Alias): string {
  if (prefix === undefined)
    return parameter === "ip4.addr" ? `${address} netmask 255.255.255.255` : `${address} prefixlen 128`;
  return prefix.includes(".") && parameter === "ip4.addr"
    ? `${address} netmask ${prefix}`
    : `${address}/${prefix}`;
}

/** In bits; `undefined` for all. A text that is no number is left to the kernel, which refuses it. */
function prefixOf(parameter: AddressParameter, { prefix }: Alias): number | undefined {
  if (prefix === undefined) return undefined;
  if (prefix.includes(".") && parameter === "ip4.addr") return prefixOfMask(prefix) ?? Number.NaN;
  return /^\d+$/.test(prefix) ? Number(prefix) : Number.NaN;
}

/**
 * `vnet.interface`: into the stack of the jail, and back if a later step fails. jail(8) passes over empty texts.
 * Source: next_command() in usr.sbin/jail/command.c.
 */
export function vnetActions(run: JailRun): Action[] {
  const names = run.settings.list("vnet.interface").filter(({ text }) => text !== "");
  return names.map(({ text: name, cause }) => ({
    program: true,
    run: () => {
      assumeInterface(run, name, "vnet.interface");
      const jail = run.prison;
      const jid = jail?.jid ?? -1;
      // Another jail may have it already: then it is not in the stack where it is looked for.
      const there = findInterface(vnetOf(run.host, run.caller), name) !== undefined;
      const more: Cause[] = there ? [] : [{ what: `${name} is not on the host`, from: "host" }];
      return ifconfig(
        run,
        "vnet.interface",
        `${name} vnet ${jid}`,
        "SIOCSIFVNET",
        cause,
        (process) => [ifMoveVnet(run.host, process, name, jid), `${name} goes into the stack of the jail`],
        more,
      );
    },
    undo: () => {
      const jid = run.prison?.jid ?? -1;
      return ifconfig(run, "vnet.interface", `${name} -vnet ${jid}`, "SIOCSIFRVNET", cause, (process) => [
        ifReclaim(run.host, process, name, jid),
        `${name} comes back to the host`,
      ]);
    },
  }));
}

/** Source: sbin/ifconfig/ifconfig.c, which says what fails before jail(8) says that it did. */
function ifconfig(
  run: JailRun,
  kind: string,
  words: string,
  request: string,
  cause: Cause,
  call: (process: Process) => [Outcome<unknown>, string],
  more: readonly Cause[] = [],
): Done {
  return asSystemUser(run, kind, "/sbin/ifconfig", (process) => {
    const [link = ""] = words.split(" ");
    const there = findInterface(vnetOf(run.host, process), link) !== undefined || request === "SIOCSIFRVNET";
    const [outcome, message] = call(process);
    run.report(kind, message, outcome, outcome.ok ? [cause] : [cause, ...more]);
    if (!outcome.ok) {
      const what = request.includes("IFADDR") ? `ioctl (${request})` : request;
      const problem = there ? `${what}: ${strerror(outcome.errno)}` : `interface ${link} does not exist`;
      run.print("", `ifconfig: ${problem}\n`);
      run.warn(`/sbin/ifconfig ${words}: failed`);
    }
    return { ok: outcome.ok, milliseconds: IFCONFIG_TIME };
  });
}
