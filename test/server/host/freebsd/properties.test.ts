import { jailAttach } from "@zonewarden/server/host/freebsd/attach";
import { jailSet } from "@zonewarden/server/host/freebsd/jailSet";
import { prisonHolds } from "@zonewarden/server/host/freebsd/lifecycle";
import {
  childrenOf,
  descendantsOf,
  isDescendant,
  jails,
  prison,
  relativeName,
} from "@zonewarden/server/host/freebsd/prisons";
import { jailRemove } from "@zonewarden/server/host/freebsd/remove";
import { Host } from "@zonewarden/server/host/host";
import { exit, fork, reap } from "@zonewarden/server/host/process/processes";
import type { Process } from "@zonewarden/server/host/process/types";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { freebsd, params } from "./jails.ts";

/** Random sequences of system calls by random processes. */

type Value = string | number | boolean | string[];

interface Operation {
  readonly call: "create" | "update" | "attach" | "remove" | "fork" | "exit";
  /** Which process does it, which jail it is about: counted over those that there are. */
  readonly actor: number;
  readonly target: number;
  readonly values: Readonly<Record<string, Value>>;
  readonly attach: boolean;
}

const ADDRESSES = ["10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4"];

/** One parameter with a value that the kernel may take, or refuse because of what the parent has. */
const parameter: fc.Arbitrary<[string, Value]> = fc.oneof(
  fc.tuple(fc.constant("securelevel"), fc.integer({ min: -1, max: 3 })),
  fc.tuple(fc.constant("enforce_statfs"), fc.integer({ min: 0, max: 2 })),
  fc.tuple(fc.constant("children.max"), fc.integer({ min: 0, max: 6 })),
  fc.tuple(fc.constant("devfs_ruleset"), fc.constantFrom(0, 4, 5)),
  fc.tuple(fc.constant("ip4.addr"), fc.uniqueArray(fc.constantFrom(...ADDRESSES), { maxLength: 3 })),
  fc.tuple(fc.constant("ip4"), fc.constantFrom("new", "inherit", "disable")),
  fc.tuple(fc.constant("vnet"), fc.constantFrom("new", "inherit")),
  fc.tuple(fc.constant("host"), fc.constantFrom("new", "inherit")),
  fc.tuple(fc.constant("host.hostname"), fc.constantFrom("x", "y")),
  fc.tuple(
    fc.constantFrom(
      ...["raw_sockets", "set_hostname", "unprivileged_proc_debug", "suser", "sysvipc"].map(
        (bit) => `allow.${bit}`,
      ),
    ),
    fc.boolean(),
  ),
  fc.tuple(fc.constant("sysvshm"), fc.constantFrom("new", "inherit", "disable")),
  fc.tuple(fc.constant("persist"), fc.boolean()),
);

const values = fc.array(parameter, { maxLength: 3, size: "max" }).map((pairs) => Object.fromEntries(pairs));

const operation: fc.Arbitrary<Operation> = fc.record({
  call: fc.constantFrom("create", "create", "create", "update", "update", "attach", "remove", "fork", "exit"),
  actor: fc.nat(20),
  target: fc.nat(20),
  values,
  attach: fc.boolean(),
});

/** Long ones are tried as often as short ones. */
const operations = (maxLength: number) => fc.array(operation, { maxLength, size: "max" });

const BASE = JSON.stringify(freebsd().host.state);

/** A host with a shell of root, copied: that takes less time than to build one. */
const fresh = () => new Host(JSON.parse(BASE));

function run(host: Host, operations: readonly Operation[]): void {
  for (const each of operations) perform(host, each);
}

function shells(host: Host): Process[] {
  return Object.values(host.state.processes.byPid).filter(
    ({ command, state }) => command === "sh" && state !== "zombie",
  );
}

function perform(host: Host, { call, actor, target, values, attach }: Operation): void {
  const processes = shells(host);
  const process = processes[actor % processes.length] as Process;
  // The first one stays on the host, so that there is always somebody to act.
  const first = process === processes[0];
  const all = jails(host);
  const jid = all[target % Math.max(all.length, 1)]?.jid ?? 1;
  switch (call) {
    case "create": {
      // A living parent's name in front makes nested jails likely, also for a caller on the host.
      const living = all.filter(({ state }) => state === "alive");
      const within = target % 3 === 0 ? undefined : living[target % Math.max(living.length, 1)];
      const own = prison(host, process.credential.jid);
      const below = within && isDescendant(host, own.jid, within.jid) ? relativeName(own, within) : "";
      const name = `${below === "" ? "" : `${below}.`}j${actor % 5}`;
      const room = Math.max((within ?? own).childrenMax - 1, 0);
      const given = { persist: true, "children.max": Math.min(room, 6), ...values, name };
      jailSet(host, process, params(given), { create: true, attach: attach && !first });
      return;
    }
    case "update": {
      const { ip4: _ip4, vnet: _vnet, ...rest } = values;
      jailSet(host, process, params({ ...rest, jid }), { update: true, attach: attach && !first });
      return;
    }
    case "attach":
      if (!first) jailAttach(host, process, jid);
      return;
    case "remove":
      jailRemove(host, process, jid);
      return;
    case "fork":
      if (processes.length < 12) fork(host, process);
      return;
    case "exit":
      if (!first) exit(host, process, 0);
  }
}

/** Numbers of the invariants that do not hold, with the jail. Source: section 1.4 of the reference. */
function broken(host: Host): string[] {
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
    const own = host.state.freebsd.prisons[credential.jid];
    must(own !== undefined && (state === "zombie" || own.state === "alive"), `prison of ${pid}`);
    must(state === "zombie" || host.state.resources.cpusets[cpuset] !== undefined, `CPU set of ${pid}`);
  }
  return found;
}

describe("whatever is called in whatever order", { timeout: 60_000 }, () => {
  test("the invariants hold after each call", () => {
    fc.assert(
      fc.property(operations(25), (operations) => {
        const host = fresh();
        for (const each of operations) {
          perform(host, each);
          expect(broken(host)).toEqual([]);
        }
      }),
      { numRuns: 1000 },
    );
  });

  test("what can never change does not change (I13)", () => {
    const fixed = (host: Host) =>
      new Map(
        jails(host)
          .filter(({ state }) => state === "alive")
          .map(({ jid, created, parent, path, vnet, osrelease, ip4 }) => [
            jid,
            { created, parent, path, vnet, osrelease, own: ip4.own },
          ]),
      );
    fc.assert(
      fc.property(operations(25), (operations) => {
        const host = fresh();
        for (const each of operations) {
          const before = fixed(host);
          perform(host, each);
          for (const [jid, values] of fixed(host))
            if (before.has(jid)) expect(values).toEqual(before.get(jid));
        }
      }),
      { numRuns: 1000 },
    );
  });

  test("nobody gets out of a jail, or into one that is not below", () => {
    fc.assert(
      fc.property(operations(25), (operations) => {
        const host = fresh();
        for (const each of operations) {
          const before = new Map(
            Object.values(host.state.processes.byPid).map(({ pid, credential }) => [pid, credential.jid]),
          );
          perform(host, each);
          for (const { pid, credential } of Object.values(host.state.processes.byPid)) {
            const was = before.get(pid);
            if (was !== undefined && was !== credential.jid)
              expect(isDescendant(host, was, credential.jid)).toBe(true);
          }
        }
      }),
      { numRuns: 1000 },
    );
  });

  test("after everything is removed, nothing is left", () => {
    fc.assert(
      fc.property(operations(25), (operations) => {
        const host = fresh();
        const root = shells(host)[0] as Process;
        const vnets = Object.keys(host.state.network.vnets);
        run(host, operations);
        for (const { jid, parent } of jails(host)) if (parent === 0) jailRemove(host, root, jid);
        for (const process of Object.values(host.state.processes.byPid))
          if (process.state === "zombie") reap(host, process);
        expect(Object.keys(host.state.freebsd.prisons)).toEqual(["0"]);
        expect(prison(host, 0)).toMatchObject({ children: [], childrenCur: 0 });
        expect(Object.keys(host.state.network.vnets)).toEqual(vnets);
        expect(Object.values(host.state.resources.cpusets).filter(({ jid }) => jid !== 0)).toEqual([]);
        expect(host.state.ipc.sysv).toEqual([]);
      }),
      { numRuns: 1000 },
    );
  });

  test("a restored snapshot goes on as the host itself, byte for byte", () => {
    fc.assert(
      fc.property(operations(12), operations(12), (first, then) => {
        const host = fresh();
        run(host, first);
        const snapshot = JSON.stringify(host.snapshot());
        const restored = Host.restore(JSON.parse(snapshot));
        expect(JSON.stringify(restored.snapshot())).toBe(snapshot);
        run(host, then);
        run(restored, then);
        expect(JSON.stringify(restored.snapshot())).toBe(JSON.stringify(host.snapshot()));
      }),
      { numRuns: 1000 },
    );
  });

  test("the same calls give the same log", () => {
    fc.assert(
      fc.property(operations(20), (operations) => {
        const [one, two] = [fresh(), fresh()];
        run(one, operations);
        run(two, operations);
        expect(JSON.stringify(two.events)).toBe(JSON.stringify(one.events));
      }),
      { numRuns: 1000 },
    );
  });
});
