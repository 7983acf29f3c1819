import { isDeepStrictEqual } from "node:util";
import { ensureDirectory } from "@zonewarden/server/host/filesystem/build";
import { writeFile } from "@zonewarden/server/host/filesystem/files";
import { freebsdKernel } from "@zonewarden/server/host/freebsd/kernel";
import { ifAddAddress } from "@zonewarden/server/host/freebsd/network/interfaces";
import { Host } from "@zonewarden/server/host/host";
import { defaultHost } from "@zonewarden/server/host/machine/default";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { runs } from "../../properties.ts";
import { CALLS, type CallName } from "./calls.ts";
import { staleIndexes } from "./derived.ts";
import { broken } from "./freebsd/broken.ts";
import { type Operation, operation, perform, shells } from "./freebsd/operations.ts";
import { hostRoot, makeJail, testHost } from "./harness.ts";

/** The whole host under random sequences of calls from all areas. */

interface Step {
  readonly call: CallName;
  readonly actor: number;
  readonly a: number;
  readonly b: number;
}

const step: fc.Arbitrary<Step> = fc.record({
  call: fc.constantFrom(...(Object.keys(CALLS) as CallName[])),
  actor: fc.nat(20),
  a: fc.nat(20),
  b: fc.nat(20),
});

type Any = Step | Operation;

/** Long sequences are tried as often as short ones; a quarter of the calls is about jails. */
const steps = (maxLength: number): fc.Arbitrary<Any[]> =>
  fc.array(fc.oneof({ weight: 3, arbitrary: step }, { weight: 1, arbitrary: operation }), {
    maxLength,
    size: "max",
  });

const MAY = ["mount", "mount.tmpfs", "mount.devfs", "mount.nullfs", "mount.zfs", "raw_sockets"];

/** Two jails that may do much, one of them with a stack of its own, and a few names in the file system of each. */
function scene(): Host {
  const host = testHost({
    sysctls: { "kern.racct.enable": 1 },
    modules: [...(defaultHost.modules ?? []), "nullfs", "if_epair", "if_bridge"],
  });
  const root = hostRoot(host);
  ifAddAddress(host, root, "em0", { address: "10.0.0.1" });
  const given = { ...Object.fromEntries(MAY.map((bit) => [`allow.${bit}`, true])), enforce_statfs: 1 };
  makeJail(host, {
    name: "x",
    "ip4.addr": ["10.0.0.1"],
    "children.max": 5,
    sysvshm: "new",
    sysvmsg: "new",
    ...given,
  });
  makeJail(host, { name: "y", vnet: "new", "children.max": 5, "allow.sysvipc": true, ...given });
  for (const top of ["", "/jails/x", "/jails/y"])
    for (const name of ["d0", "d1"]) ensureDirectory(host, `${top}/tmp/${name}`);
  for (const process of shells(host)) writeFile(host, process, "/tmp/f0", "text");
  return host;
}

const BASE = scene().snapshot();

const fresh = () => Host.restore(BASE, freebsdKernel);

function take(host: Host, next: Any): void {
  if ("values" in next) {
    perform(host, next);
    return;
  }
  const processes = shells(host);
  const process = processes[next.actor % processes.length];
  // A limit with a signal may have ended the last one.
  if (!process) return;
  CALLS[next.call](host, process, next.a, next.b);
}

function run(host: Host, steps: readonly Any[]): void {
  for (const each of steps) take(host, each);
}

const bytes = (host: Host) => JSON.stringify(host.snapshot());

describe("the whole host, whatever is called in whatever order", { timeout: 120_000 }, () => {
  test("keeps the invariants of jails, and its indexes agree with its state", () => {
    fc.assert(
      fc.property(steps(40), (steps) => {
        const host = fresh();
        for (const each of steps) {
          take(host, each);
          expect([...broken(host), ...staleIndexes(host)]).toEqual([]);
        }
      }),
      { numRuns: runs(1000) },
    );
  });

  test("is plain JSON: a snapshot gives the same host, which goes on in the same way", () => {
    fc.assert(
      fc.property(steps(40), steps(40), (first, then) => {
        const host = fresh();
        run(host, first);
        const before = bytes(host);
        // Not toEqual, which takes most of the time of the test.
        expect(isDeepStrictEqual(host.state, JSON.parse(JSON.stringify(host.state)))).toBe(true);
        const restored = Host.restore(JSON.parse(before), freebsdKernel);
        expect(bytes(restored)).toBe(before);
        run(host, then);
        run(restored, then);
        expect(bytes(restored)).toBe(bytes(host));
      }),
      { numRuns: runs(1000) },
    );
  });

  test("says the same when the same is done again", () => {
    fc.assert(
      fc.property(steps(60), (steps) => {
        const [one, two] = [fresh(), fresh()];
        run(one, steps);
        run(two, steps);
        expect(JSON.stringify(two.events)).toBe(JSON.stringify(one.events));
        expect(bytes(two)).toBe(bytes(one));
      }),
      { numRuns: runs(1000) },
    );
  });

  test("can be stepped through, back and forth, and stays as it is", () => {
    fc.assert(
      fc.property(steps(25), fc.array(fc.nat(200), { maxLength: 5 }), (steps, jumps) => {
        const host = fresh();
        host.record();
        const begin = host.events.length;
        run(host, steps);
        const end = bytes(host);
        const count = host.events.length - begin + 1;
        const seen = new Map<number, string>();
        for (const jump of jumps) {
          const at = begin + (jump % count);
          const there = host.at(at) as Host;
          expect(there.events).toEqual(host.events.slice(0, at));
          expect(there.now).toBeLessThanOrEqual(host.now);
          const known = seen.get(at);
          if (known !== undefined) expect(bytes(there)).toBe(known);
          seen.set(at, bytes(there));
          // What happens there later happens there alone.
          run(there, steps);
        }
        expect(bytes(host)).toBe(end);
      }),
      { numRuns: runs(1000) },
    );
  });
});
