import { freebsdKernel } from "@zonewarden/server/host/freebsd/kernel";
import {
  ifAddAddress,
  ifMoveVnet,
  ifRemoveAddress,
  ifSetFlags,
} from "@zonewarden/server/host/freebsd/network/interfaces";
import { hasAddress } from "@zonewarden/server/host/freebsd/network/jailAddresses";
import { echo, setSwitch } from "@zonewarden/server/host/freebsd/network/raw";
import {
  visibleInterfaces,
  visibleRoutes,
  visibleSockets,
} from "@zonewarden/server/host/freebsd/network/views";
import { prison } from "@zonewarden/server/host/freebsd/prisons";
import { Host } from "@zonewarden/server/host/host";
import { routeAdd, routeDelete } from "@zonewarden/server/host/network/routes";
import { bind, close, connect, listen, sendTo, socket } from "@zonewarden/server/host/network/sockets";
import type { Process } from "@zonewarden/server/host/process/types";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runs } from "../../../properties.ts";
import { hostRoot, testHost } from "../harness.ts";
import { networkJail } from "./jails.ts";

const ADDRESSES = [
  "192.0.2.2",
  "192.0.2.10",
  "192.0.2.11",
  "127.0.0.1",
  "127.0.0.2",
  "203.0.113.5",
  "*",
  "10.0.0.1",
];
const address = fc.constantFrom(...ADDRESSES);
const port = fc.constantFrom(0, 22, 80, 8080);
/** Which of the sockets that were opened so far, counted from the last. */
const which = fc.nat(3);

const step = fc.oneof(
  fc.record({
    do: fc.constant("socket" as const),
    type: fc.constantFrom("stream", "datagram", "raw" as const),
  }),
  fc.record({ do: fc.constant("bind" as const), which, address, port }),
  fc.record({ do: fc.constant("listen" as const), which }),
  fc.record({ do: fc.constant("connect" as const), which, address, port }),
  fc.record({ do: fc.constant("send" as const), which, address, port }),
  fc.record({ do: fc.constant("ping" as const), which, address }),
  fc.record({ do: fc.constant("bindany" as const), which }),
  fc.record({ do: fc.constant("close" as const), which }),
  fc.record({ do: fc.constant("alias" as const), address }),
  fc.record({ do: fc.constant("unalias" as const), address }),
  fc.record({ do: fc.constant("route" as const), gateway: address }),
  fc.record({ do: fc.constant("unroute" as const) }),
  fc.record({ do: fc.constant("flags" as const), up: fc.boolean() }),
  fc.record({ do: fc.constant("move" as const) }),
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** Runs one step as a process; what it returns that names a sender is given to `sent`. */
function run(host: Host, process: Process, ids: number[], what: Step, sent: (source: string) => void): void {
  const id = "which" in what ? (ids.at(-1 - what.which) ?? 0) : 0;
  switch (what.do) {
    case "socket": {
      const made = socket(host, process, { family: "inet", type: what.type as "stream" });
      if (made.ok) ids.push(made.value.id);
      break;
    }
    case "bind": {
      const bound = bind(host, process, id, what);
      if (bound.ok) sent(bound.value.address);
      break;
    }
    case "listen":
      listen(host, process, id);
      break;
    case "connect":
    case "send": {
      const result = (what.do === "connect" ? connect : sendTo)(host, process, id, what);
      if (result.ok) sent(result.value.local.address);
      break;
    }
    case "ping": {
      const result = echo(host, process, id, what.address);
      if (result.ok) sent(result.value.source);
      break;
    }
    case "bindany":
      setSwitch(host, process, id, "IP_BINDANY", true);
      break;
    case "close":
      close(host, process, id);
      break;
    case "alias":
      ifAddAddress(host, process, "em0", { address: what.address });
      break;
    case "unalias":
      ifRemoveAddress(host, process, "em0", what.address);
      break;
    case "route":
      routeAdd(host, process, { destination: "198.51.100.0/24", gateway: what.gateway });
      break;
    case "unroute":
      routeDelete(host, process, { destination: "default", family: "inet" });
      break;
    case "flags":
      ifSetFlags(host, process, "em0", { up: what.up });
      break;
    case "move":
      ifMoveVnet(host, process, "em0", 1);
      break;
  }
}

const lists = fc.subarray(["192.0.2.10", "192.0.2.11", "127.0.0.1", "10.0.0.9"], { minLength: 1 });
const steps = fc.array(fc.record({ who: fc.constantFrom("host", "jail"), step }), { maxLength: 25 });

describe("a jail without a stack of its own", () => {
  it("never binds to or sends from an address outside of its list, nor changes the stack", () => {
    fc.assert(
      fc.property(lists, fc.boolean(), steps, (list, saddrsel, sequence) => {
        const host = testHost();
        const { jid, root } = networkJail(host, "web", {
          "ip4.addr": list,
          "ip4.saddrsel": saddrsel,
          "allow.raw_sockets": true,
        });
        const ids = { host: [] as number[], jail: [] as number[] };
        for (const { who, step: what } of sequence) {
          if (who === "host") run(host, hostRoot(host), ids.host, what, () => {});
          else {
            const before = JSON.stringify(host.state.network.vnets);
            run(host, root, ids.jail, what, (source) => {
              if (source !== "*") expect(list).toContain(source);
            });
            expect(JSON.stringify(host.state.network.vnets)).toBe(before);
          }
        }
        const jail = prison(host, jid);
        for (const { container: owner, local } of Object.values(host.state.network.sockets))
          if (owner === jid && local && local.address !== "*") expect(list).toContain(local.address);
        for (const { addresses } of visibleInterfaces(host, root))
          for (const { address: seen } of addresses) if (!seen.includes(":")) expect(list).toContain(seen);
        for (const { destination } of visibleRoutes(host, root))
          expect(hasAddress(jail, destination)).toBe(true);
        for (const { container: owner } of visibleSockets(host, root)) expect(owner).toBe(jid);
      }),
      { numRuns: runs(1000) },
    );
  });
});

describe("the network", () => {
  it("goes the same way after a snapshot was restored, and in every run", () => {
    fc.assert(
      fc.property(steps, steps, (before, after) => {
        const host = testHost();
        const { jid, root } = networkJail(host, "web", {
          "ip4.addr": ["192.0.2.10"],
          "allow.raw_sockets": true,
        });
        const ids: number[] = [];
        for (const { step: what } of before) run(host, root, ids, what, () => {});
        const other = Host.restore(host.snapshot(), freebsdKernel);
        const same = Object.values(other.state.processes.byPid).find(
          ({ credential, command }) => credential.container === jid && command === "sh",
        ) as Process;
        const otherIds = [...ids];
        for (const { step: what } of after) {
          run(host, root, ids, what, () => {});
          run(other, same, otherIds, what, () => {});
        }
        expect(JSON.stringify(other.state)).toBe(JSON.stringify(host.state));
      }),
      { numRuns: runs(300) },
    );
  });
});
