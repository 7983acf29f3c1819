import { Host } from "@zonewarden/server/host/host";
import { commandGroups } from "@zonewarden/server/host/illumos/commands/groups";
import { illumosKernel } from "@zonewarden/server/host/illumos/kernel";
import { ShellSession } from "@zonewarden/server/host/shell/session";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { runs } from "../../../../properties.ts";
import { machine } from "./world.ts";

const NAMES = commandGroups().flatMap(([, all]) => all.map(({ name }) => `'${name}'`));

/** Words that commands of all kinds take. */
const WORDS = [
  ...[
    "-a",
    "-z",
    "-e",
    "-p",
    "-n",
    "-l",
    "-s",
    "-i",
    "-t",
    "-F",
    "-o",
    "-v",
    "-r",
    "-h",
    "--",
    "web",
    "db",
    "global",
  ],
  ...[
    "list",
    "show-link",
    "create-vnic",
    "info",
    "boot",
    "halt",
    "zoneid",
    "zone",
    "e1000g0",
    "rpool",
    "rpool/zones",
  ],
  ...[
    "1",
    "0",
    "600",
    "zone.max-lwps",
    "ssh",
    "192.0.2.10/24",
    "create",
    "delete",
    "/",
    "/tmp",
    "a=b",
    "inet",
    "lofs",
  ],
];

/** Lines that change a machine; in some of them a word is replaced. */
const CHANGES = [
  "zoneadm -z web halt",
  "zoneadm -z web boot",
  "zoneadm -z web reboot",
  "zoneadm -z web uninstall -F",
  "zonecfg -z db 'create -b; set brand=lipkg; set zonepath=/zones/db'",
  "zonecfg -z db delete -F",
  "zonecfg -z web 'add fs; set dir=/mnt; set special=/export; set type=lofs; end'",
  "zfs create rpool/data",
  "zfs snapshot rpool/data@one",
  "zfs clone rpool/data@one rpool/copy",
  "zfs destroy -R rpool/data",
  "mount -F tmpfs swap /mnt",
  "umount -f /mnt",
  "cd /mnt",
  "dladm create-vnic -l e1000g0 vnic0",
  "dladm delete-vnic vnic0",
  "ipadm create-if vnic0",
  "ipadm create-addr -T static -a 192.0.2.44/24 vnic0/v4",
  "ipadm down-addr vnic0/v4",
  "ifconfig e1000g0:1 down",
  "route add 10.0.0.0/8 192.0.2.1",
  "poolcfg -dc 'create pool p1; create pset s1; associate pool p1 ( pset s1 )'",
  "poolbind -p p1 -i zoneid web",
  "pooladm -d",
  "psrset -c 1",
  "svcadm disable ssh",
  "svcadm enable rcap",
  "prctl -n zone.max-lwps -r -v 90 -i zone web",
  "newtask -p default sleep 60 &",
  "nc -l 8080 &",
  "kill -9 -1",
  "ln -s /etc /tmp/link; rm -r /tmp/link/zones",
];

const line = fc.oneof(
  fc
    .tuple(fc.constantFrom(...NAMES), fc.array(fc.constantFrom(...WORDS), { maxLength: 5 }))
    .map(([name, words]) => [name, ...words].join(" ")),
  fc
    .tuple(fc.constantFrom(...CHANGES), fc.option(fc.tuple(fc.nat(8), fc.constantFrom(...WORDS))))
    .map(([change, other]) => {
      if (!other) return change;
      const words = change.split(" ");
      words[other[0] % words.length] = other[1];
      return words.join(" ");
    }),
);
const typed = fc.array(fc.record({ line, inside: fc.boolean() }), { minLength: 1, maxLength: 12 });

const zones = {
  web: {
    properties: { "ip-type": "shared" },
    resources: [{ type: "net", physical: "e1000g0", address: "192.0.2.10/24" }],
  },
};

function play(lines: readonly { readonly line: string; readonly inside: boolean }[]) {
  const { host, type, inside } = machine("omnios", zones);
  const said = lines.map((one) => {
    const runs = host.kernel.containers.find(host, "web") !== undefined;
    return one.inside && runs ? inside("web", one.line) : type(one.line);
  });
  return { host, said };
}

/** What shows all parts of a machine, and at the end takes its zone down. */
const VIEWS = [
  ...["zoneadm list -civ", "ps -efZ", "mount -p", "zfs list -t all", "netstat -an", "netstat -rn", "ipcs -a"],
  ...["ipadm show-addr", "dladm show-link", "svcs -a", "prstat -Z 1 1", "poolcfg -dc info", "psrset"],
  "zoneadm -z web halt; zoneadm list -civ; mount -p; ps -ef; netstat -an; dladm show-link; zfs list",
];

describe("whatever is typed", () => {
  test("leaves a machine that shows the same when it is restored", () => {
    fc.assert(
      fc.property(typed, (lines) => {
        const { host } = play(lines);
        const restored = Host.restore(JSON.parse(JSON.stringify(host.snapshot())), illumosKernel);
        for (const view of VIEWS) {
          const [seen, again] = [host, restored].map((one) => new ShellSession(one, 0).run(view).result);
          expect(again).toEqual(seen);
        }
      }),
      { numRuns: runs(60) },
    );
  });

  test("gives text and plain state, the same one each time", () => {
    fc.assert(
      fc.property(typed, (lines) => {
        const first = play(lines);
        const second = play(lines);
        expect(first.said).toEqual(second.said);
        expect(first.said.join("\n")).not.toMatch(/\bundefined\b|\[object |\bNaN\b/);
        const snapshot = JSON.stringify(first.host.snapshot());
        expect(snapshot).toBe(JSON.stringify(second.host.snapshot()));
        expect(JSON.parse(snapshot)).toEqual(first.host.snapshot());
      }),
      { numRuns: runs(40) },
    );
  });
});
