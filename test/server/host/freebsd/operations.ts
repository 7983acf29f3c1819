import { jailAttach } from "@zonewarden/server/host/freebsd/attach";
import { jailSet } from "@zonewarden/server/host/freebsd/jailSet";
import { isDescendant, jails, prison, relativeName } from "@zonewarden/server/host/freebsd/prisons";
import { jailRemove } from "@zonewarden/server/host/freebsd/remove";
import type { Host } from "@zonewarden/server/host/host";
import { exit, fork } from "@zonewarden/server/host/process/processes";
import type { Process } from "@zonewarden/server/host/process/types";
import fc from "fast-check";
import { params } from "./jails.ts";

/** Random system calls about jails, by random processes. */

type Value = string | number | boolean | string[];

export interface Operation {
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

export const operation: fc.Arbitrary<Operation> = fc.record({
  call: fc.constantFrom("create", "create", "create", "update", "update", "attach", "remove", "fork", "exit"),
  actor: fc.nat(20),
  target: fc.nat(20),
  values,
  attach: fc.boolean(),
});

export function shells(host: Host): Process[] {
  return Object.values(host.state.processes.byPid).filter(
    ({ command, state }) => command === "sh" && state !== "zombie",
  );
}

export function perform(host: Host, { call, actor, target, values, attach }: Operation): void {
  const processes = shells(host);
  const process = processes[actor % processes.length];
  // A limit with a signal may have ended the last one.
  if (!process) return;
  // The first one stays on the host, so that there is always somebody to act.
  const first = process === processes[0];
  const all = jails(host);
  const jid = all[target % Math.max(all.length, 1)]?.jid ?? 1;
  switch (call) {
    case "create": {
      // A living parent's name in front makes nested jails likely, also for a caller on the host.
      const living = all.filter(({ state }) => state === "alive");
      const within = target % 3 === 0 ? undefined : living[target % Math.max(living.length, 1)];
      const own = prison(host, process.credential.container);
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
