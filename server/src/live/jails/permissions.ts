import { findParameter } from "../../catalog/jail-conf/lookup.ts";
import { DEFAULT_BITS, knownBits, MAY_DIFFER } from "../../host/freebsd/permissions.ts";
import { allows, prison } from "../../host/freebsd/prisons.ts";
import { causeOf } from "../../host/freebsd/scope.ts";
import type { PrivilegeView } from "../../protocol.ts";
import type { Moment } from "../guests.ts";
import { originView } from "../views/origins.ts";

/** Every `allow.*` that the kernel knows, and whether a jail has it. Source: sys/kern/kern_jail.c (pr_flag_allow). */
export function jailPrivileges({ host, texts }: Moment, jid: number): PrivilegeView[] {
  const jail = prison(host, jid);
  const parent = prison(host, jail.parent);
  const usual = new Set(DEFAULT_BITS);
  return knownBits(host).map((bit) => {
    const name = `allow.${bit}`;
    const held = allows(jail, bit);
    const possible = held || allows(parent, bit) || MAY_DIFFER.has(bit);
    const asUsual = held === usual.has(bit);
    return {
      name,
      held,
      status: !possible ? "never" : asUsual ? "default" : held ? "added" : "removed",
      description: findParameter(name)?.parameter.doc ?? "",
      origin: originView(causeOf(jail, name, String(held)), texts),
    };
  });
}
