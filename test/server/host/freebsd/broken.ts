import { prisonHolds } from "@zonewarden/server/host/freebsd/lifecycle";
import { childrenOf, descendantsOf, jails, prison } from "@zonewarden/server/host/freebsd/prisons";
import { freebsdOf } from "@zonewarden/server/host/freebsd/state";
import type { Host } from "@zonewarden/server/host/host";

/** Numbers of the invariants that do not hold, with the jail. Source: section 1.4 of the reference. */
export function broken(host: Host): string[] {
  const found: string[] = [];
  const must = (holds: boolean, what: string) => holds || found.push(what);
  const all = jails(host);
  for (const jail of all) {
    const parent = prison(host, jail.parent);
    const { name } = jail;
    if (parent.jid !== 0) {
      const more = jail.allow.filter((bit) => !parent.allow.includes(bit));
      must(
        more.every((bit) => bit.startsWith("unprivileged_p")),
        `I1 ${name}`,
      );
      must(!jail.causes["enforce_statfs"] || jail.enforceStatfs >= parent.enforceStatfs, `I3 ${name}`);
      if (parent.ip4.restricted && !jail.ownVnet)
        must(
          jail.ip4.addresses.every((address) => parent.ip4.addresses.includes(address)),
          `I7 ${name}`,
        );
      must(
        jail.devfsRuleset === parent.devfsRuleset || jail.causes["devfs_ruleset"] !== undefined,
        `I6 ${name}`,
      );
    }
    must(jail.securelevel >= parent.securelevel, `I2 ${name}`);
    must(jail.childrenMax < Math.max(parent.childrenMax, 1), `I4 ${name}`);
    must(jail.childrenCur === descendantsOf(host, jail.jid).length, `I5 ${name}`);
    must(!jail.ownVnet || !jail.ip4.restricted, `I8 ${name}`);
    must((jail.vnet === parent.vnet) === !jail.ownVnet, `stack of ${name}`);
    const { used, referenced } = prisonHolds(host, jail.jid);
    must(referenced && (used || jail.state === "dying"), `I11 ${name}`);
    must(parent.children.includes(jail.jid), `I12 ${name}`);
    must(parent.jid === 0 || name.startsWith(`${parent.name}.`), `name of ${name}`);
  }
  for (const { jid } of [prison(host, 0), ...all]) {
    const names = childrenOf(host, jid)
      .filter(({ state }) => state === "alive")
      .map(({ name }) => name);
    must(new Set(names).size === names.length, `I10 below ${jid}`);
  }
  for (const { pid, credential, state, cpuset } of Object.values(host.state.processes.byPid)) {
    const own = freebsdOf(host).prisons[credential.container];
    must(own !== undefined && (state === "zombie" || own.state === "alive"), `prison of ${pid}`);
    must(state === "zombie" || freebsdOf(host).resources.cpusets[cpuset] !== undefined, `CPU set of ${pid}`);
  }
  return found;
}
