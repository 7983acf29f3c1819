import { freebsdKernel } from "@zonewarden/server/host/freebsd/kernel";
import { isDescendant, jails, prison } from "@zonewarden/server/host/freebsd/prisons";
import { jailRemove } from "@zonewarden/server/host/freebsd/remove";
import { freebsdOf } from "@zonewarden/server/host/freebsd/state";
import { Host } from "@zonewarden/server/host/host";
import { copyOf } from "@zonewarden/server/host/plain";
import { reap } from "@zonewarden/server/host/process/processes";
import type { Process } from "@zonewarden/server/host/process/types";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { runs } from "../../../properties.ts";
import { broken } from "./broken.ts";
import { freebsd } from "./jails.ts";
import { type Operation, operation, perform, shells } from "./operations.ts";

/** Random sequences of system calls by random processes. */

/** Long ones are tried as often as short ones. */
const operations = (maxLength: number) => fc.array(operation, { maxLength, size: "max" });

const BASE = freebsd().host.state;

/** A host with a shell of root, copied: that takes less time than to build one. */
const fresh = () => new Host(copyOf(BASE), freebsdKernel);

function run(host: Host, operations: readonly Operation[]): void {
  for (const each of operations) perform(host, each);
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
      { numRuns: runs(1000) },
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
      { numRuns: runs(1000) },
    );
  });

  test("nobody gets out of a jail, or into one that is not below", () => {
    fc.assert(
      fc.property(operations(25), (operations) => {
        const host = fresh();
        for (const each of operations) {
          const before = new Map(
            Object.values(host.state.processes.byPid).map(({ pid, credential }) => [
              pid,
              credential.container,
            ]),
          );
          perform(host, each);
          for (const { pid, credential } of Object.values(host.state.processes.byPid)) {
            const was = before.get(pid);
            if (was !== undefined && was !== credential.container)
              expect(isDescendant(host, was, credential.container)).toBe(true);
          }
        }
      }),
      { numRuns: runs(1000) },
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
        expect(Object.keys(freebsdOf(host).prisons)).toEqual(["0"]);
        expect(prison(host, 0)).toMatchObject({ children: [], childrenCur: 0 });
        expect(Object.keys(host.state.network.vnets)).toEqual(vnets);
        expect(
          Object.values(freebsdOf(host).resources.cpusets).filter(({ container: jid }) => jid !== 0),
        ).toEqual([]);
        expect(host.state.ipc.sysv).toEqual([]);
      }),
      { numRuns: runs(1000) },
    );
  });

  test("a restored snapshot goes on as the host itself, byte for byte", () => {
    fc.assert(
      fc.property(operations(12), operations(12), (first, then) => {
        const host = fresh();
        run(host, first);
        const snapshot = JSON.stringify(host.snapshot());
        const restored = Host.restore(JSON.parse(snapshot), freebsdKernel);
        expect(JSON.stringify(restored.snapshot())).toBe(snapshot);
        run(host, then);
        run(restored, then);
        expect(JSON.stringify(restored.snapshot())).toBe(JSON.stringify(host.snapshot()));
      }),
      { numRuns: runs(1000) },
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
      { numRuns: runs(1000) },
    );
  });
});
